#include <gtest/gtest.h>

#include <sstream>

#include "execution_broker/audit/format/merkle.h"
#include "execution_broker/audit/format/verifier.h"

namespace audit_format {
namespace {

Digest digest(std::string_view hex) {
  Digest out{};
  EXPECT_TRUE(from_hex(hex, out)) << hex;
  return out;
}

// The tree of the definition in RFC 6962, written the slow way.
Digest slow_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256({}, {});
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return node_hash(slow_root(leaves.first(split)), slow_root(leaves.subspan(split)));
}

TEST(Merkle, KnownRootsOfTheCertificateTransparencyTestVectors) {
  const std::vector<std::string> inputs = {
      std::string(),
      std::string(1, '\0'),
      "\x10",
      "\x20\x21",
      "\x30\x31",
      "\x40\x41\x42\x43",
      "\x50\x51\x52\x53\x54\x55\x56\x57",
      "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const std::vector<std::string_view> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleFrontier tree;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tree.add(leaf_hash(inputs[i]));
    EXPECT_EQ(to_hex(tree.root()), roots[i]) << i;
  }
}

TEST(Merkle, FrontierEqualsTheDefinitionAndSurvivesKeeping) {
  std::vector<Digest> leaves;
  MerkleFrontier tree;
  EXPECT_EQ(tree.root(), slow_root(leaves));
  for (int i = 0; i < 300; ++i) {
    leaves.push_back(leaf_hash(std::to_string(i)));
    tree.add(leaves.back());
    ASSERT_EQ(tree.root(), slow_root(leaves)) << i;
    const auto kept = MerkleFrontier::from_bytes(tree.size(), tree.bytes());
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->root(), tree.root());
  }
  EXPECT_FALSE(MerkleFrontier::from_bytes(301, tree.bytes()));
}

Record example() {
  Record record;
  record.ledger = "paper-1";
  record.seq = 7;
  record.ts = 1'790'000'000'000'001;
  record.boot = "b";
  record.actor = {"agent", 1000};
  record.type = "prepare_order.refused";
  record.subject = "quote \" and \n";
  record.salt.emplace();
  record.body = R"({"n":1})";
  record.body_hash = body_commitment(*record.salt, *record.body);
  record.hash = leaf_hash(core_bytes(record));
  return record;
}

TEST(Record, LineIsCanonicalAndComesBackTheSame) {
  for (const bool has_body : {true, false}) {
    for (const bool has_market : {true, false}) {
      Record record = example();
      if (!has_body) {
        record.body.reset();
        record.salt.reset();
      }
      if (has_market) record.market_ts = 5;
      const auto parsed = trading::CanonicalJson::parse(line_of(record));
      ASSERT_TRUE(parsed) << parsed.error().text();
      const auto back = record_from(*parsed);
      ASSERT_TRUE(back) << back.error().text();
      EXPECT_EQ(line_of(*back), line_of(record));
      EXPECT_TRUE(trading::CanonicalJson::parse(core_bytes(record)));
    }
  }
}

TEST(Record, HashDoesNotDependOnTheBodyBeingThere) {
  Record record = example();
  const Digest before = leaf_hash(core_bytes(record));
  record.body.reset();
  record.salt.reset();
  EXPECT_EQ(leaf_hash(core_bytes(record)), before);
}

TEST(Record, EveryFieldIsRequiredAndNoneMayBeAdded) {
  const auto good = trading::CanonicalJson::parse(line_of(example()));
  for (const auto& member : *good->if_object()) {
    trading::CanonicalJson without = trading::CanonicalJson::object();
    for (const auto& other : *good->if_object()) {
      if (other.key != member.key) without.set(other.key, other.value);
    }
    EXPECT_FALSE(record_from(without)) << member.key;
    trading::CanonicalJson wrong = *good;
    wrong.set(member.key, trading::CanonicalJson::array());
    EXPECT_FALSE(record_from(wrong)) << member.key;
  }
  trading::CanonicalJson added = *good;
  added.set("extra", 1);
  EXPECT_FALSE(record_from(added));
}

TEST(Checkpoint, TextIsThatOfTheFormat) {
  Checkpoint checkpoint;
  checkpoint.ledger = "paper-1";
  checkpoint.size = 10;
  checkpoint.previous = 4;
  checkpoint.ts = 99;
  EXPECT_EQ(signed_text(checkpoint),
            "trading-mcp.audit/paper-1\n10\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nprevious "
            "4\ntime 99\n");
  const auto parsed = trading::CanonicalJson::parse(line_of(checkpoint));
  ASSERT_TRUE(parsed);
  ASSERT_TRUE(checkpoint_from(*parsed));
  EXPECT_EQ(line_of(*checkpoint_from(*parsed)), line_of(checkpoint));
}

TEST(Keys, SignatureOfRfc8032AndTheKeyFile) {
  std::array<std::uint8_t, 32> seed{};
  ASSERT_TRUE(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", seed));
  const SigningKey key(seed);
  EXPECT_EQ(PublicKey(digest("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")),
            key.public_key());
  Signature signature = key.sign("\x72");
  EXPECT_EQ(to_hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(is_signed_by(key.public_key(), "\x72", signature));
  signature[3] ^= 1;
  EXPECT_FALSE(is_signed_by(key.public_key(), "\x72", signature));

  const auto keys = parse_public_keys("# made today\n" + public_key_line(key.public_key()) + "\n");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->front(), key.public_key());
  EXPECT_EQ(parse_public_keys("ed25519 12\n").error().code, "AUDIT_KEY_INVALID");
}

TEST(Witness, ComesBackTheSameAndBadLinesAreNamed) {
  const Witness witness{"paper-1", 12, leaf_hash("x")};
  const auto parsed = parse_witnesses(line_of(witness) + "\n");
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->size(), 1U);
  EXPECT_EQ(line_of(parsed->front()), line_of(witness));
  EXPECT_EQ(parse_witnesses("{\"size\":1}\n").error().code, "AUDIT_WITNESS_INVALID");
}

TEST(Verifier, EmptyLogIsOkUntilAWitnessHasSeenMore) {
  std::istringstream empty;
  EXPECT_TRUE(verify(empty, {}).ok());
  std::istringstream again;
  const auto proof = verify(again, {{}, {{"paper-1", 3, {}}}});
  EXPECT_EQ(proof.verdict, Verdict::kTruncated);
  EXPECT_EQ(proof.first_bad_seq, 1);
}

TEST(Verifier, LineWithoutEndDoesNotEatMemory) {
  Verifier verifier({});
  const std::string chunk(40'000, 'x');
  verifier.add(chunk);
  EXPECT_FALSE(verifier.has_failed());
  verifier.add(chunk);
  EXPECT_TRUE(verifier.has_failed());
  EXPECT_EQ(verifier.finish().verdict, Verdict::kTampered);
}

}  // namespace
}  // namespace audit_format
