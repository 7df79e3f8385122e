// Replays the paper book of a stopped broker's home slice by slice and compares the fills.
//
//   replay_home HOME simulated SEED
//   replay_home HOME csv FOLDER
//
// Prints {"commands":n,"slices":n,"fills":n,"first_difference":n or null}. Exit 0: the same fills;
// 1: others; 2: the record cannot be read or replayed, with the reason on standard error.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "execution_broker/ledger/schema.h"
#include "execution_broker/market/csv/csv_source.h"
#include "execution_broker/market/simulated/simulated_source.h"
#include "tests/execution_broker/desk/paper_record.h"

namespace {

using broker::MarketSource;
using trading::Result;

Result<std::unique_ptr<MarketSource>> source_of(const std::string& kind, const std::string& what) {
  if (kind == "simulated")
    return std::unique_ptr<MarketSource>(
        std::make_unique<broker::SimulatedSource>(std::strtoull(what.c_str(), nullptr, 10)));
  if (kind != "csv")
    return trading::make_error("USAGE", "no market source " + kind, "name simulated or csv");
  ASSIGN_OR_RETURN(auto source, broker::CsvSource::open(what));
  return std::unique_ptr<MarketSource>(std::move(source));
}

bool is_same(const research::ReplayFill& a, const research::ReplayFill& b) {
  return a.order == b.order && a.slice_ts == b.slice_ts && a.quantity == b.quantity &&
         a.price == b.price;
}

Result<bool> replay_home(const std::string& home, const std::string& kind,
                         const std::string& what) {
  ASSIGN_OR_RETURN(const auto source, source_of(kind, what));
  broker::DatabaseOptions options;
  options.application_id = broker::kBookApplicationId;
  options.migrations = broker::book_migrations();
  ASSIGN_OR_RETURN(const auto database,
                   broker::Database::open(home + "/storage/paper.db", options));
  broker::PaperRecordReader reader(*database, *source);
  ASSIGN_OR_RETURN(const broker::PaperRecord record, reader.read());
  ASSIGN_OR_RETURN(const auto fills, research::replay(record.commands, record.slices));
  std::size_t same = 0;
  while (same < fills.size() && same < record.fills.size() &&
         is_same(fills[same], record.fills[same]))
    ++same;
  const bool is_all = same == fills.size() && same == record.fills.size();
  std::printf("{\"commands\":%zu,\"slices\":%zu,\"fills\":%zu,\"first_difference\":%s}\n",
              record.commands.size(), record.slices.size(), record.fills.size(),
              is_all ? "null" : std::to_string(same).c_str());
  return is_all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: replay_home HOME simulated SEED | HOME csv FOLDER\n");
    return 2;
  }
  const Result<bool> same = replay_home(argv[1], argv[2], argv[3]);
  if (!same) {
    std::fprintf(stderr, "%s\n", same.error().text().c_str());
    return 2;
  }
  return *same ? 0 : 1;
}
