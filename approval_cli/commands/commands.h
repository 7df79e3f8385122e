#pragma once

// The verbs: each takes its arguments, asks the broker, prints the answer and returns the exit
// code. Arguments come checked for shape by the command line.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

struct DeskArguments {
  bool is_once = false;
  int columns = 80;  // of --once
};
// The live screen; with is_once or --json one look.
int desk(const Call& call, const DeskArguments& arguments);

// The human's own side of the house; kRefused when something is not well.
int doctor(const Call& call);

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

// --- what a human signs. Without key_file: the key of the operator's own state folder.
struct EnrollArguments {
  std::string key_file;
  std::optional<bool> wants_totp;  // else as the broker's settings say: on in a home that is meant for live
  bool is_replace = false;  // signed by the key that is enrolled
};
int enroll(const Call& call, const EnrollArguments& arguments);
int pending(const Call& call, bool with_ended);
int show(const Call& call, const std::string& order_id);
struct ApproveArguments {
  std::string order_id;
  std::string key_file;
};
int approve(const Call& call, const ApproveArguments& arguments);
int reject(const Call& call, const std::string& order_id, const std::string& reason);
struct WatchArguments {
  std::string key_file;
  int most = 0;  // decisions; 0 = until it is ended
};
int watch(const Call& call, const WatchArguments& arguments);
struct MandateArguments {
  std::vector<std::string> allow;  // SIDE:SYMBOL:QUANTITY:PRICE
  int entries = 1;
  std::string value, loss, until, key_file;
};
int mandate_show(const Call& call);
int mandate_sign(const Call& call, const MandateArguments& arguments);
int mandate_revoke(const Call& call, std::int64_t mandate_id);
int recommendations(const Call& call, std::int64_t done);  // closes one first where `done` is above 0
struct SettleArguments {
  std::string order_id;
  bool is_yes = false;
};
int settle(const Call& call, const SettleArguments& arguments);

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
