// What a decision costs in the log: append in a transaction, the commit, a checkpoint, export and
// verification.

#include <chrono>
#include <cstdio>
#include <sstream>

#include "audit_setup.h"
#include "execution_broker/audit/audit_exporter.h"

namespace {

double micros(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - since)
      .count();
}

}  // namespace

int main() {
  using clock = std::chrono::steady_clock;
  using namespace broker;  // a bench, not a header
  constexpr int kRecords = 20'000;
  constexpr int kCommits = 500;
  const AuditFolder folder;
  AuditSetup setup(folder.path, "paper");
  const AuditEvent event = AuditSetup::event("prepare_order.refused", "ORD-1", 7);
  {
    Transaction transaction = must(Transaction::begin(setup.database()));
    const auto start = clock::now();
    for (int i = 0; i < kRecords; ++i) must(setup.log().append(transaction, event));
    std::printf("append without commit     %8.2f us a record\n", micros(start) / kRecords);
    (void)transaction.commit();
  }
  auto start = clock::now();
  for (int i = 0; i < kCommits; ++i) setup.append(event);
  std::printf("append with its commit    %8.2f us a record\n", micros(start) / kCommits);
  start = clock::now();
  setup.checkpoint();
  std::printf("checkpoint of %d      %8.2f us\n", kRecords, micros(start));
  setup.append_many(256);
  start = clock::now();
  setup.checkpoint();
  std::printf("checkpoint of 256         %8.2f us\n", micros(start));
  start = clock::now();
  const auto path = folder.path / "trade_logs.jsonl";
  auto exporter = must(AuditExporter::open(path, {&setup.database()}));
  while (must(exporter->tick()).lines > 0) {
  }
  const int lines = kRecords + kCommits + 256;
  std::printf("export                    %8.2f us a record\n", micros(start) / lines);
  exporter.reset();
  start = clock::now();
  exporter = must(AuditExporter::open(path, {&setup.database()}));
  std::printf("comparison at the start   %8.2f us a record\n", micros(start) / lines);
  std::istringstream log(read_text(path));
  start = clock::now();
  const bool ok = audit_format::verify(log, {setup.public_keys(), {}}).ok();
  std::printf("verify                    %8.2f us a record, %s\n", micros(start) / lines,
              ok ? "ok" : "BAD");
  return ok ? 0 : 1;
}
