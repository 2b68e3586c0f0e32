package dev.keyledger.command;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** What one replica's commands read, statement by statement, and whether in a transaction. */
final class StatementLog implements BeanPostProcessor {
  /**
   * @param inTransaction begun by a command, and not by the statement
   */
  record Query(String sql, boolean inTransaction, AtomicInteger rows) {
    boolean isOfTheLedger() {
      return sql.contains("FROM event");
    }
  }

  private final List<Query> queries = new CopyOnWriteArrayList<>();

  void clear() {
    queries.clear();
  }

  /** Events that were read. */
  int events(boolean inTransaction) {
    return queries.stream()
        .filter(Query::isOfTheLedger)
        .filter(query -> query.inTransaction() == inTransaction)
        .mapToInt(query -> query.rows().get())
        .sum();
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof DataSource source && name.equals("dataSource")
        ? watched(DataSource.class, source)
        : bean;
  }

  private <T> T watched(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(target, arguments);
                if (result instanceof Connection connection && target instanceof DataSource) {
                  return watched(Connection.class, connection);
                }
                if (result instanceof PreparedStatement statement) {
                  return watched(statement, (String) arguments[0], (Connection) target);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private PreparedStatement watched(PreparedStatement target, String sql, Connection connection) {
    return (PreparedStatement)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {PreparedStatement.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(target, arguments);
                if (method.getName().equals("executeQuery")) {
                  var query = new Query(sql, !connection.getAutoCommit(), new AtomicInteger());
                  queries.add(query);
                  return counted((ResultSet) result, query.rows());
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private ResultSet counted(ResultSet target, AtomicInteger rows) {
    return (ResultSet)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ResultSet.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(target, arguments);
                if (method.getName().equals("next") && Boolean.TRUE.equals(result)) {
                  rows.incrementAndGet();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
