#pragma once

// The verbs: each takes its arguments, asks the broker, prints the answer and returns the exit
// code. Arguments come checked for shape by the command line.

#include <cstdint>
#include <string>

#include "approval_cli/console.h"

namespace approval_cli::commands {

int status(const Call& call);
int positions(const Call& call);

struct OrdersArguments {
  bool is_working_only = false;
  std::string status;
  std::string symbol;
  int count = 20;
};
int orders(const Call& call, const OrdersArguments& arguments);

struct CancelArguments {
  std::string order_id;  // empty = all entries
};
int cancel(const Call& call, const CancelArguments& arguments);

struct FlattenArguments {
  std::string symbol;  // empty = every position
  bool is_yes = false;
};
int flatten(const Call& call, const FlattenArguments& arguments);

// With or without a broker: done means that the book is halted, by the call or by run/HALT.
int halt(const Call& call, const std::string& reason);
int reduce_only(const Call& call, const std::string& reason);

struct ResumeArguments {
  std::string reason;
  bool is_yes = false;
};
int resume(const Call& call, const ResumeArguments& arguments);

int limits_show(const Call& call);
int limits_set(const Call& call, const std::string& key, const std::string& value);
int limits_clear_agent(const Call& call, const std::string& key);
struct LimitsAcceptArguments {
  std::string key;  // empty = all that wait
  bool is_yes = false;
};
// Looser values of the file, as they are shown: they count from the next trading day.
int limits_accept(const Call& call, const LimitsAcceptArguments& arguments);

int clock_show(const Call& call);
int clock_advance(const Call& call, std::int64_t span_us);

int ledger_export(const Call& call, const std::string& out_file);  // empty = stdout
int ledger_verify(const Call& call);

struct AuditVerifyArguments {
  std::string log;      // empty = the home's
  std::string witness;  // empty = the operator's own, kept and renewed; a given file is only read
  std::string key;      // empty = the home's
};
int audit_verify(const Call& call, const AuditVerifyArguments& arguments);

struct AuditTailArguments {
  int count = 20;
  std::string event;
  std::string symbol;
};
int audit_tail(const Call& call, const AuditTailArguments& arguments);

}  // namespace approval_cli::commands
