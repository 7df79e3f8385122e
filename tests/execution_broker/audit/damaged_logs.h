#pragma once

// Audit logs as the broker writes them, and everything that somebody can do to the exported file: with a text editor, with
// the format's page in hand, and with the signing key.

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "execution_broker/audit/format/digest.h"

namespace audit_forgery {

using Lines = std::vector<std::string>;
using Random = std::mt19937_64;

// A checkpoint's line and the hash of the record it stands behind: what a holder of the key said, and of which history.
using SignedMarks = std::set<std::pair<std::string, std::string>>;

struct History {
  std::string log;
  Lines lines;
};

// One home, and a second history of it: a copy was taken in the middle, and both went on under the same key.
struct Home {
  History told;    // the one that witnesses saw
  History forked;  // the same beginning, another end
  SignedMarks signed_marks;  // of both
  std::string keys;          // keys/audit.pub
  std::vector<std::uint8_t> seed;
};

enum class Change : std::uint8_t {
  kNone,
  kBytes,           // bits, bytes, ends of lines
  kRecord,          // a record edited; its commitment and its hash perhaps made to fit
  kRewrite,         // and all hashes after it made anew
  kCut,             // lines taken out: anywhere, at the end, the end of one ledger
  kReorder,         // swapped, turned round, doubled, moved
  kCheckpoint,      // a checkpoint edited, or signed with another key
  kBodyOut,         // a body taken out
  kFork,            // the other history, whole or up to a line
  kSplice,          // the beginning of one history and the end of the other
  kUnsignedTail,    // the newest checkpoints taken off, what they covered written anew: needs no key
  kOwnRedaction,    // a body taken out and a record of the redaction put at the end: needs no key
  kStolenKey,       // written anew from any record on, the checkpoints signed with the broker's own key
};
inline constexpr int kChanges = 13;
const char* name_of(Change change);

struct Forgery {
  std::string log;
  SignedMarks signed_marks;  // what the key was misused for
};

Home make_home(bool ends_with_checkpoint);
Forgery forge(const Home& home, Change change, Random& random);

// Witness lines for each ledger of the told history: of its last record, or of any.
std::string witnesses_of(const History& told, bool of_the_last, Random& random);

std::size_t below(Random& random, std::size_t n);
Lines split(const std::string& log);
bool is_checkpoint(const std::string& line);

}  // namespace audit_forgery
