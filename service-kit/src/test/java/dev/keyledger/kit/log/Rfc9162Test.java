package dev.keyledger.kit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class Rfc9162Test {
  private static final int MOST = 70;
  private static final Leaves TREE = Leaves.numbered(MOST);

  /** Those by which implementations of Certificate Transparency are compared. */
  private static final List<String> ENTRIES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  @Test
  void section_2_1_1_rootsAreThoseThatAllImplementationsHave() {
    Frontier tree = Frontier.EMPTY;
    var roots = new ArrayList<String>();
    roots.add(hex(tree.root()));
    for (String entry : ENTRIES) {
      tree = tree.append(Hash.ofLeaf(HexFormat.of().parseHex(entry)));
      roots.add(hex(tree.root()));
    }
    assertThat(roots).isEqualTo(ROOTS);
  }

  @Test
  void leavesAppendedOneByOneMakeTheSameTree() {
    Frontier tree = Frontier.EMPTY;
    for (int size = 1; size <= MOST; size++) {
      var completed = new ArrayList<String>();
      tree =
          tree.append(
              TREE.hashes().get(size - 1),
              (height, index, root) -> {
                completed.add(height + "/" + index);
                assertThat(root).isEqualTo(TREE.root(height, index));
              });
      assertThat(tree.root()).isEqualTo(TREE.root(size)).isEqualTo(Proofs.root(size, TREE));
      assertThat(Proofs.frontier(size, TREE)).isEqualTo(tree);
      assertThat(Frontier.of(size, tree.toBytes())).isEqualTo(tree);
      assertThat(completed).hasSize(Integer.numberOfTrailingZeros(size));
    }
  }

  @Test
  void aFrontierOfAnotherSizeIsNone() {
    Frontier three = Proofs.frontier(3, TREE);
    assertThatIllegalArgumentException().isThrownBy(() -> Frontier.of(4, three.toBytes()));
    assertThatIllegalArgumentException().isThrownBy(() -> Frontier.of(1, new byte[31]));
  }

  @Test
  void section_2_1_3_everyLeafIsProvenToBeInEveryTreeThatHasIt() {
    for (int size = 1; size <= MOST; size++) {
      for (int index = 0; index < size; index++) {
        List<Hash> proof = Proofs.inclusion(index, size, TREE);
        assertThat(isIncluded(index, size, proof, TREE.root(size))).isTrue();
      }
    }
  }

  @Test
  void section_2_1_3_nothingElseIsProvenToBeInATree() {
    for (int size = 1; size <= 20; size++) {
      for (int index = 0; index < size; index++) {
        List<Hash> proof = Proofs.inclusion(index, size, TREE);
        Hash root = TREE.root(size);
        Hash other = Hash.OF_NOTHING;
        assertThat(Proofs.isIncluded(other, index, size, proof, root)).isFalse();
        assertThat(isIncluded(index, size, proof, other)).isFalse();
        for (List<Hash> wrong : altered(proof)) {
          assertThat(isIncluded(index, size, wrong, root)).isFalse();
        }
        for (int elsewhere = 0; elsewhere < size; elsewhere++) {
          Hash leaf = TREE.hashes().get(index);
          assertThat(Proofs.isIncluded(leaf, elsewhere, size, proof, root))
              .isEqualTo(elsewhere == index);
        }
        assertThat(isIncluded(index, index, proof, root)).isFalse();
      }
    }
    assertThat(Proofs.isIncluded(TREE.hashes().getFirst(), -1, 1, List.of(), TREE.root(1)))
        .isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> Proofs.inclusion(3, 3, TREE));
    assertThatIllegalArgumentException().isThrownBy(() -> Proofs.inclusion(-1, 3, TREE));
  }

  @Test
  void section_2_1_4_everyTreeIsProvenToGoOnFromEveryOneBeforeIt() {
    for (int size = 0; size <= MOST; size++) {
      for (int old = 0; old <= size; old++) {
        List<Hash> proof = Proofs.consistency(old, size, TREE);
        assertThat(isConsistent(old, TREE.root(old), size, proof)).isTrue();
      }
    }
  }

  @Test
  void section_2_1_4_noOtherHistoryIsProvenToGoOn() {
    for (int size = 1; size <= 20; size++) {
      for (int old = 1; old <= size; old++) {
        List<Hash> proof = Proofs.consistency(old, size, TREE);
        assertThat(isConsistent(old, Hash.OF_NOTHING, size, proof)).isFalse();
        assertThat(Proofs.isConsistent(old, TREE.root(old), size, Hash.OF_NOTHING, proof))
            .isFalse();
        for (List<Hash> wrong : altered(proof)) {
          assertThat(isConsistent(old, TREE.root(old), size, wrong)).isFalse();
        }
        for (int other = 1; other <= size; other++) {
          assertThat(isConsistent(other, TREE.root(old), size, proof)).isEqualTo(other == old);
        }
      }
    }
    assertThat(isConsistent(0, TREE.root(1), 5, List.of())).isFalse();
    assertThat(isConsistent(-1, TREE.root(1), 5, List.of())).isFalse();
    assertThat(isConsistent(6, TREE.root(6), 5, List.of())).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> Proofs.consistency(4, 3, TREE));
    assertThatIllegalArgumentException().isThrownBy(() -> Proofs.consistency(-1, 3, TREE));
  }

  private static boolean isIncluded(int index, int size, List<Hash> proof, Hash root) {
    return Proofs.isIncluded(TREE.hashes().get(index), index, size, proof, root);
  }

  private static boolean isConsistent(int old, Hash oldRoot, int size, List<Hash> proof) {
    return Proofs.isConsistent(old, oldRoot, size, TREE.root(size), proof);
  }

  private static List<List<Hash>> altered(List<Hash> proof) {
    var altered = new ArrayList<List<Hash>>();
    altered.add(Stream.concat(proof.stream(), Stream.of(Hash.OF_NOTHING)).toList());
    altered.add(Stream.concat(Stream.of(Hash.OF_NOTHING), proof.stream()).toList());
    for (int i = 0; i < proof.size(); i++) {
      var other = new ArrayList<>(proof);
      other.set(i, Hash.OF_NOTHING);
      altered.add(other);
      var shorter = new ArrayList<>(proof);
      shorter.remove(i);
      altered.add(shorter);
    }
    return altered;
  }

  private static String hex(Hash hash) {
    return HexFormat.of().formatHex(hash.bytes());
  }
}
