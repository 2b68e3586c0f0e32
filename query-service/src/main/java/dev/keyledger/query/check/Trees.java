package dev.keyledger.query.check;

import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Tile;
import java.util.ArrayList;
import java.util.List;

/**
 * The trees over the same positions, as several parts have their leaves. While these agree it is
 * one.
 */
final class Trees {
  /** A full tile's root, as each part has it. */
  record Node(int level, long index, List<Hash> roots) {}

  private final Frontier[] logs;
  private final List<List<Node>> nodes = new ArrayList<>();

  Trees(int parts) {
    logs = new Frontier[parts];
    for (int i = 0; i < parts; i++) {
      logs[i] = Frontier.EMPTY;
      nodes.add(new ArrayList<>());
    }
  }

  /**
   * @param leaves one of each part
   */
  void append(List<Hash> leaves) {
    for (int part = 0; part < logs.length; part++) {
      nodes.get(part).clear();
    }
    boolean isOne = true;
    for (int part = 1; part < logs.length; part++) {
      isOne &= logs[part] == logs[0] && leaves.get(part).equals(leaves.getFirst());
    }
    int differing = isOne ? 1 : logs.length;
    for (int part = 0; part < differing; part++) {
      List<Node> completed = nodes.get(part);
      logs[part] =
          logs[part].append(
              leaves.get(part),
              (height, index, root) -> {
                if (height % Tile.HEIGHT == 0) {
                  completed.add(new Node(height / Tile.HEIGHT, index, List.of(root)));
                }
              });
    }
    for (int part = differing; part < logs.length; part++) {
      logs[part] = logs[0];
    }
  }

  /** Those that the last leaf completed. */
  List<Node> completed() {
    List<Node> first = nodes.getFirst();
    var all = new ArrayList<Node>();
    for (int i = 0; i < first.size(); i++) {
      var roots = new ArrayList<Hash>();
      for (List<Node> of : nodes) {
        if (!of.isEmpty()) {
          roots.add(of.get(i).roots().getFirst());
        }
      }
      all.add(new Node(first.get(i).level(), first.get(i).index(), roots));
    }
    return all;
  }

  /** Each part's. */
  List<Frontier> logs() {
    return List.of(logs);
  }

  List<Hash> roots() {
    Hash first = logs[0].root();
    var roots = new ArrayList<Hash>();
    for (Frontier log : logs) {
      roots.add(log == logs[0] ? first : log.root());
    }
    return roots;
  }
}
