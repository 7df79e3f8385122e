// A planted fault for kill_broker.py --self-test: execution_broker_answers_early is the product's own objects, linked with
// this file in between. Its answers leave before their transaction is committed: COMMIT comes with the next BEGIN, or with
// the next tick. A broker that did this would look right in every test that does not kill it.
//
//   BEGIN           commits what is held back, then begins
//   COMMIT          is held back
//   sync            after a job, before its answer: nothing to do, as if all were on the disk
//   tick, the end   commit what is held back
//
// The linker's --wrap puts the functions below in the place of Database's, in this one target: the product has no switch
// for it. tests/tidy/links_test holds the product against these names, and this binary as the example that breaks the rule.
// When a name of Database changes, this does not link.

#include "execution_broker/storage/database.h"
#include "trading/base/result.h"

using broker::Database;
using trading::Status;

// Members of Database as the linker knows them; a member function takes its object as its first argument.
extern "C" {
Status __real__ZN6broker8Database5beginEv(Database* self);
Status __real__ZN6broker8Database6commitEv(Database* self);
Status __real__ZN6broker8Database10defer_syncEv(Database* self);
Status __real__ZN6broker8Database16sync_each_commitEv(Database* self);
Status __real__ZN6broker8Database8tidy_logEv(Database* self);
void __real__ZN6broker8Database4syncEv(Database* self);

Status __wrap__ZN6broker8Database5beginEv(Database* self);
Status __wrap__ZN6broker8Database6commitEv(Database* self);
Status __wrap__ZN6broker8Database10defer_syncEv(Database* self);
Status __wrap__ZN6broker8Database16sync_each_commitEv(Database* self);
Status __wrap__ZN6broker8Database8tidy_logEv(Database* self);
void __wrap__ZN6broker8Database4syncEv(Database* self);
}

namespace planted_fault {

// The ledger's writer, once the doors are open; the start is left as it is. The desk's thread alone comes here with it.
Database* writer = nullptr;
bool is_commit_held_back = false;

Status commit_now() {
  if (!is_commit_held_back) return {};
  is_commit_held_back = false;
  RETURN_IF_ERROR(__real__ZN6broker8Database6commitEv(writer));
  __real__ZN6broker8Database4syncEv(writer);
  return {};
}

}  // namespace planted_fault

using planted_fault::commit_now;
using planted_fault::is_commit_held_back;
using planted_fault::writer;

extern "C" {

Status __wrap__ZN6broker8Database5beginEv(Database* self) {
  if (self == writer) RETURN_IF_ERROR(commit_now());
  return __real__ZN6broker8Database5beginEv(self);
}

Status __wrap__ZN6broker8Database6commitEv(Database* self) {
  if (self != writer) return __real__ZN6broker8Database6commitEv(self);
  is_commit_held_back = true;
  return {};
}

Status __wrap__ZN6broker8Database10defer_syncEv(Database* self) {
  writer = self;
  return __real__ZN6broker8Database10defer_syncEv(self);
}

Status __wrap__ZN6broker8Database16sync_each_commitEv(Database* self) {
  RETURN_IF_ERROR(commit_now());
  writer = nullptr;
  return __real__ZN6broker8Database16sync_each_commitEv(self);
}

Status __wrap__ZN6broker8Database8tidy_logEv(Database* self) {
  if (self == writer) RETURN_IF_ERROR(commit_now());
  return __real__ZN6broker8Database8tidy_logEv(self);
}

void __wrap__ZN6broker8Database4syncEv(Database* self) {
  if (self == writer && is_commit_held_back) return;
  __real__ZN6broker8Database4syncEv(self);
}
}
