// What a signature does happens whole or not at all: the nonce, the effect and the record of it stand in one transaction. And
// what moved between the card and the signature ends the card.

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <thread>

#include "execution_broker/desk/desk_thread.h"
#include "execution_broker/desk/halt_watch.h"
#include "execution_broker/storage/transaction.h"
#include "tests/execution_broker/desk/rehearsal_house.h"

namespace broker {
namespace {

using trading::OrderState;

std::string code_of(const trading::Result<SignOutcome>& outcome) { return outcome ? "signed" : outcome.error().code; }

void write(RehearsalHouse& house, const std::string& sql) {
  auto transaction = RehearsalHouse::must(Transaction::begin(*house.database));
  ASSERT_TRUE(transaction.statement(sql).run());
  ASSERT_TRUE(transaction.commit());
}
// From here on the ledger refuses the write that `when` describes: a stop in the midst of the effect.
void fail_on(RehearsalHouse& house, const std::string& when) {
  write(house, "CREATE TEMP TRIGGER planted_fault BEFORE " + when + " BEGIN SELECT RAISE(ABORT, 'planted fault'); END");
}
void heal(RehearsalHouse& house) { write(house, "DROP TRIGGER planted_fault"); }

std::int64_t used_statements(RehearsalHouse& house) {
  auto row = house.database->statement("SELECT COUNT(*) FROM approval");
  EXPECT_TRUE(RehearsalHouse::must(row.step()));
  return row.int64(0);
}

StatementCard open_limits(RehearsalHouse& house, std::map<std::string, std::string> values) {
  StatementAsk ask;
  ask.limits = std::move(values);
  return RehearsalHouse::must(house.desk->open(house.human, ask));
}

StatementCard open_resume(RehearsalHouse& house) {
  StatementAsk ask;
  ask.is_resume = true;
  return RehearsalHouse::must(house.desk->open(house.human, ask));
}

std::optional<std::int64_t> operators(RehearsalHouse& house, risk::Limit limit) {
  const auto word = house.desk->limits().sources.at(limit, risk::LimitSource::kOperator).current;
  return word ? std::optional(word->value) : std::nullopt;
}

// --- whole or not at all --------------------------------------------------------------------------------------------

TEST(SignedLimits, AFaultInTheMidstChangesNoneOfThemAndUsesNothingUp) {
  RehearsalHouse house;
  const StatementCard card = open_limits(house, {{"MAX_OPEN_POSITIONS", "3"}, {"MAX_ORDER_VALUE", "30000"}});
  fail_on(house, "INSERT ON limit_source WHEN NEW.source = 'operator' AND NEW.key = 'MAX_ORDER_VALUE'");
  EXPECT_NE(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  EXPECT_EQ(used_statements(house), 0);
  EXPECT_EQ(house.audited("approval.limits"), 0U);
  EXPECT_EQ(house.audited("limits.operator_signed"), 0U);
  EXPECT_FALSE(operators(house, risk::Limit::kMaxOpenPositions));
  EXPECT_FALSE(operators(house, risk::Limit::kMaxOrderValue));
  heal(house);
  const StatementCard again = open_limits(house, {{"MAX_OPEN_POSITIONS", "3"}, {"MAX_ORDER_VALUE", "30000"}});
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(again))), "signed");
  EXPECT_EQ(operators(house, risk::Limit::kMaxOpenPositions), 3);
  EXPECT_EQ(operators(house, risk::Limit::kMaxOrderValue), 3'000'000);
  EXPECT_EQ(house.audited("limits.operator_signed"), 1U) << "one decision, one record";
}

TEST(SignedResume, AFaultInTheMidstLeavesTheLatchAndUsesNothingUp) {
  RehearsalHouse house;
  ASSERT_TRUE(house.desk->halt(house.human, "lunch"));
  const StatementCard card = open_resume(house);
  fail_on(house, "INSERT ON counter WHEN NEW.name = 'rejects_forgiven_to_us'");
  EXPECT_NE(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  EXPECT_EQ(used_statements(house), 0);
  EXPECT_EQ(house.audited("approval.resume"), 0U);
  EXPECT_TRUE(house.ledger->latches().contains("OPERATOR_HALT"));
  heal(house);
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(open_resume(house)))), "signed");
}

TEST(SignedEnrolment, AKeyThatCannotBeKeptUsesNothingUp) {
  RehearsalHouse house;
  const auto fresh = RehearsalHouse::key_of(8);
  StatementAsk ask;
  ask.enrol_public = audit_format::to_hex(fresh.public_key());
  const StatementCard card = RehearsalHouse::must(house.desk->open(house.human, ask));
  std::filesystem::rename(house.keys(), house.keys().string() + ".away");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "APPROVER_NOT_KEPT");
  std::filesystem::rename(house.keys().string() + ".away", house.keys());
  EXPECT_EQ(used_statements(house), 0);
  EXPECT_EQ(house.audited("approval.enrol"), 0U);
  EXPECT_EQ(house.desk->approver().key_id, approval_format::key_id_of(house.key.public_key()));
}

TEST(SignedEnrolment, ALedgerThatCannotKeepItLeavesTheOldKeyAlsoAfterARestart) {
  RehearsalHouse house;
  const auto fresh = RehearsalHouse::key_of(8);
  StatementAsk ask;
  ask.enrol_public = audit_format::to_hex(fresh.public_key());
  ask.enrol_wants_totp = true;
  const StatementCard card = RehearsalHouse::must(house.desk->open(house.human, ask));
  fail_on(house, "INSERT ON approval");
  EXPECT_NE(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  heal(house);
  house.reopen();
  EXPECT_EQ(house.desk->approver().key_id, approval_format::key_id_of(house.key.public_key()));
  EXPECT_FALSE(house.desk->approver().has_totp);
  const ProposalReply proposed = house.propose("SBIN");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(proposed.order.order.order_id)))), "signed");
}

// A stop right behind the ledger's transaction: the file still stands beside.
TEST(SignedEnrolment, OneThatWasDecidedIsInForceAfterARestart) {
  RehearsalHouse house;
  const auto fresh = RehearsalHouse::key_of(8);
  StatementAsk ask;
  ask.enrol_public = audit_format::to_hex(fresh.public_key());
  const StatementCard card = RehearsalHouse::must(house.desk->open(house.human, ask));
  const auto old_file = house.keys() / "approver.json", staged_file = house.keys() / "approver.json.staged";
  std::filesystem::copy_file(old_file, house.keys() / "kept");
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  std::filesystem::rename(old_file, staged_file);
  std::filesystem::rename(house.keys() / "kept", old_file);
  house.reopen();
  EXPECT_EQ(house.desk->approver().key_id, approval_format::key_id_of(fresh.public_key()));
  EXPECT_FALSE(std::filesystem::exists(staged_file));
}

// And one before it: nothing of what was staged counts, and it is gone.
TEST(SignedEnrolment, OneThatWasNotDecidedIsDroppedAtTheNextStart) {
  RehearsalHouse house;
  const auto fresh = RehearsalHouse::key_of(8);
  {
    auto beside = Approver::load(house.keys(), house.keys().parent_path());
    RehearsalHouse::must(beside.stage(fresh.public_key(), true, 2'000, 1, house.ledger->identity().ledger_id));
  }
  house.reopen();
  EXPECT_EQ(house.desk->approver().key_id, approval_format::key_id_of(house.key.public_key()));
  EXPECT_FALSE(std::filesystem::exists(house.keys() / "approver.json.staged"));
  for (const auto& file : std::filesystem::directory_iterator(house.keys().parent_path()))
    EXPECT_FALSE(file.path().filename().string().starts_with("approver_totp")) << file.path();
}

TEST(SignedOrder, WhatFailsAfterItWasSentIsNotRecordedAsARefusal) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const StatementCard card = house.open_card(proposed.order.order.order_id);
  house.account.next = Outcome::Kind::kRejected;
  fail_on(house, "INSERT ON order_move WHEN NEW.to_state = 'REJECTED'");
  EXPECT_NE(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  heal(house);
  EXPECT_EQ(house.account.placed.size(), 1U);
  EXPECT_EQ(used_statements(house), 1);
  EXPECT_EQ(house.audited("approval.refused"), 0U) << "it was approved and sent";
}

// --- what moved since the card --------------------------------------------------------------------------------------

TEST(SignedResume, ALatchThatTheCardDidNotShowStands) {
  RehearsalHouse house;
  ASSERT_TRUE(house.desk->reduce_only(house.human, "lunch"));
  const StatementCard card = open_resume(house);
  ASSERT_TRUE(house.desk->halt(house.human, "something is wrong"));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "APPROVAL_VOID");
  EXPECT_TRUE(house.ledger->latches().contains("OPERATOR_HALT"));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(open_resume(house)))), "signed");
}

TEST(SignedLimits, OtherLimitsInForceThanTheCardShowedEndIt) {
  RehearsalHouse house;
  const StatementCard card = open_limits(house, {{"MAX_ORDER_VALUE", "40000"}});
  ASSERT_TRUE(house.desk->update_trading_config(house.agent, {{"MAX_ORDER_VALUE", "20000"}}));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "APPROVAL_VOID");
  EXPECT_FALSE(operators(house, risk::Limit::kMaxOrderValue));
}

TEST(SignedEnrolment, WhatTheOldKeyUnlockedIsLockedForTheNewOne) {
  RehearsalHouse house({}, true);
  const std::string first = house.propose("SBIN", 2).order.order.order_id;
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(first), house.totp_at(house.clock.wall_now())))), "signed");
  house.clock.advance(trading::minutes(1));
  const auto fresh = RehearsalHouse::key_of(8);
  StatementAsk ask;
  ask.enrol_public = audit_format::to_hex(fresh.public_key());
  ask.enrol_wants_totp = true;
  const StatementCard card = RehearsalHouse::must(house.desk->open(house.human, ask));
  const std::string small = house.propose("ITC", 20).order.order.order_id;
  EXPECT_TRUE(house.open_card(small).is_quick);
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card, house.totp_at(house.clock.wall_now())))), "signed");
  EXPECT_FALSE(house.open_card(small).is_quick);
}

// --- stopping -------------------------------------------------------------------------------------------------------

TEST(Halt, EndsWhatWaitsAndTheMandatesAtOnce) {
  RehearsalHouse house;
  StatementAsk ask;
  MandateTerms terms;
  terms.lines.push_back({"TCS", trading::Side::kBuy, *house.entry("TCS").order.limit_price, trading::Quantity(10)});
  terms.most_entries = 2;
  terms.most_value = trading::Accrual(300'000'000);
  terms.most_loss = trading::Accrual(10'000'000);
  terms.until = house.clock.market_now() + trading::minutes(60);
  ask.mandate = terms;
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(RehearsalHouse::must(house.desk->open(house.human, ask))))), "signed");
  const std::string waiting = house.propose("SBIN").order.order.order_id;
  ASSERT_TRUE(house.desk->halt(house.human, "stop"));
  EXPECT_EQ(house.state_of(waiting), OrderState::kVoid) << "without a tick of the desk";
  auto row = house.database->statement("SELECT state FROM mandate");
  ASSERT_TRUE(RehearsalHouse::must(row.step()));
  EXPECT_EQ(row.text(0), "void");
}

// The exchange takes its time over the first order. A file run/HALT is seen by a thread of its own: what is signed behind the
// first does not leave.
TEST(Halt, WhileTheExchangeIsSlowStopsTheNextSend) {
  RehearsalHouse house;
  const auto run = house.keys().parent_path() / "run";
  std::filesystem::create_directories(run);
  const auto watch = RehearsalHouse::must(HaltWatch::start(run, house.halt, {}));
  const SignedStatement first = house.signed_card(house.open_card(house.propose("SBIN", 2).order.order.order_id));
  const std::string behind = house.propose("TCS", 2).order.order.order_id;
  const SignedStatement second = house.signed_card(house.open_card(behind));
  std::promise<void> is_out, answers;
  house.account.on_sent = [&] {
    is_out.set_value();
    answers.get_future().wait();
  };
  DeskThread desk_thread({std::chrono::milliseconds(50), {}, {}});
  const auto until = DeskThread::Deadline::clock::now() + std::chrono::seconds(60);
  const auto sign = [&](const SignedStatement& given) { return desk_thread.run(DeskLane::kNormal, until, [&] { return house.desk->sign(house.human, given); }); };
  std::string first_code, second_code;
  std::thread one([&] { first_code = code_of(sign(first)); });
  is_out.get_future().wait();
  std::thread two([&] { second_code = code_of(sign(second)); });
  std::ofstream(run / "HALT") << "stop\n";
  for (int i = 0; i < 20'000 && !house.halt.is_raised(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(house.halt.is_raised()) << "the desk's thread still waits for the exchange";
  answers.set_value();
  one.join();
  two.join();
  EXPECT_EQ(first_code, "signed") << "it had left before";
  EXPECT_EQ(second_code, "APPROVAL_NOT_WAITING");
  EXPECT_EQ(house.state_of(behind), OrderState::kVoid);
  EXPECT_EQ(house.account.placed.size(), 1U);
}

// run/HALT appears right after the resuming desk looked for it.
TEST(Halt, OneThatComesWhileTheDeskResumesIsNotLost) {
  RehearsalHouse house;
  ASSERT_TRUE(house.desk->halt(house.human, "lunch"));
  const StatementCard card = open_resume(house);
  house.after_halt_look = [&] { house.raise_halt(); };
  (void)house.desk->sign(house.human, house.signed_card(card));
  house.after_halt_look = {};
  EXPECT_TRUE(house.is_halt_raised());
  ASSERT_TRUE(house.desk->tick());
  EXPECT_EQ(RehearsalHouse::must(house.desk->status()).operator_state.state, "halted");
}

// --- bounds ---------------------------------------------------------------------------------------------------------

TEST(Mandates, AmountsAndTimesBeyondAllBoundsAreRefusedNotWritten) {
  RehearsalHouse house;
  const auto refused = [&](auto change) {
    StatementAsk ask;
    MandateTerms terms;
    terms.lines.push_back({"SBIN", trading::Side::kBuy, trading::Price(8'000'000), trading::Quantity(10)});
    terms.most_entries = 1;
    terms.most_value = trading::Accrual(1'000'000);
    terms.most_loss = trading::Accrual(1'000'000);
    terms.until = house.clock.market_now() + trading::minutes(60);
    change(terms);
    ask.mandate = terms;
    const auto card = house.desk->open(house.human, ask);
    return card ? std::string("opened") : card.error().code;
  };
  constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(refused([](MandateTerms&) {}), "opened");
  EXPECT_EQ(refused([](MandateTerms& t) { t.most_value = trading::Accrual(kHuge); }), "MANDATE_INVALID");
  EXPECT_EQ(refused([](MandateTerms& t) { t.most_loss = trading::Accrual(kHuge); }), "MANDATE_INVALID");
  EXPECT_EQ(refused([](MandateTerms& t) { t.until = {kHuge}; }), "MANDATE_INVALID");
  EXPECT_EQ(refused([](MandateTerms& t) { t.until = {-kHuge}; }), "MANDATE_INVALID");
  EXPECT_EQ(refused([](MandateTerms& t) { t.most_entries = kHuge; }), "MANDATE_INVALID");
  EXPECT_EQ(refused([](MandateTerms& t) { t.lines[0].worst_price = trading::Price(kHuge); }), "MANDATE_INVALID");
  EXPECT_EQ(refused([](MandateTerms& t) { t.lines[0].most_quantity = trading::Quantity(kHuge); }), "MANDATE_INVALID");
}

TEST(Proposals, NoneIsHiddenBehindThoseThatEnded) {
  RehearsalHouse house;
  const std::string waits = house.propose("SBIN", 2).order.order.order_id;
  for (int i = 0; i < 70; ++i) {
    const ProposalReply other = house.propose("TCS", 2);
    ASSERT_TRUE(other.proposal);
    ASSERT_TRUE(house.desk->withdraw_proposal(house.agent, other.proposal->row.token));
  }
  const auto waiting = RehearsalHouse::must(house.desk->proposals(true, 0));
  ASSERT_EQ(waiting.proposals.size(), 1U);
  EXPECT_EQ(waiting.proposals[0].order.order_id, waits);
}

TEST(Entries, CountFromWhenTheyWereSentAlsoAfterARestart) {
  RehearsalHouse house({{"MAX_ENTRIES_PER_MINUTE", "1"}}, false);
  const std::string first = house.propose("SBIN", 2).order.order.order_id;
  house.clock.advance(trading::minutes(10));
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(first)))), "signed");
  house.reopen();
  const auto second = RehearsalHouse::must(house.desk->prepare_order(house.agent, house.entry("TCS", 2)));
  EXPECT_EQ(second.order.order.state, OrderState::kRefused);
  EXPECT_NE(second.order.order.denials.find("ENTRIES_PER_MINUTE"), std::string::npos) << second.order.order.denials;
}

// A file of the approver's that cannot be read stops signing, and nothing else.
TEST(ApproverFile, OneThatIsBrokenKeepsNobodyFromStoppingAndLeaving) {
  RehearsalHouse house;
  std::ofstream(house.keys() / "approver.json") << "{}\n";
  house.reopen();
  StatementAsk ask;
  ask.order_id = house.propose("SBIN").order.order.order_id;
  EXPECT_EQ(house.desk->open(house.human, ask).error().code, "APPROVER_FILE_INVALID");
  EXPECT_EQ(house.desk->enrol(house.human, audit_format::to_hex(RehearsalHouse::key_of(9).public_key()), false).error().code, "APPROVER_FILE_INVALID");
  ASSERT_TRUE(house.desk->halt(house.human, "stop"));
  EXPECT_EQ(house.desk->resume(house.human, "go").error().code, "SIGNATURE_NEEDED") << "it does not stand for nobody";
  EXPECT_EQ(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "30000", false, false).has_value(), true) << "tighter always";
  EXPECT_EQ(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "40000", false, false).error().code, "LIMIT_NEEDS_SIGNATURE");
  std::vector<std::string> not_possible;
  EXPECT_TRUE(house.desk->flatten(house.human, "", not_possible));
}

// The exchange takes its time to say that an order is gone.
TEST(Halt, AsksForEachCancellationOnceAndAgainAfterSeconds) {
  RehearsalHouse house;
  const std::string id = house.propose("SBIN").order.order.order_id;
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(id)))), "signed");
  ASSERT_TRUE(house.desk->halt(house.human, "stop"));
  for (int tick = 0; tick < 10; ++tick) ASSERT_TRUE(house.desk->tick());
  EXPECT_EQ(house.account.cancels, 1);
  house.clock.advance(trading::seconds(6));
  ASSERT_TRUE(house.desk->tick());
  EXPECT_EQ(house.account.cancels, 2);
  house.account.next_change = Outcome::Kind::kRejected;
  house.clock.advance(trading::seconds(6));
  ASSERT_TRUE(house.desk->tick());
  ASSERT_TRUE(house.desk->tick());
  EXPECT_EQ(house.account.cancels, 4) << "what was refused is asked for again";
}

// A cancellation whose answer does not say.
TEST(Changes, AnUnknownOutcomeIsNotARefusal) {
  RehearsalHouse house;
  const std::string id = house.propose("SBIN").order.order.order_id;
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(id)))), "signed");
  house.account.next_change = Outcome::Kind::kUnknown;
  EXPECT_EQ(house.desk->cancel_live_order(house.agent, id, "").error().code, "OUTCOME_UNKNOWN");
  house.account.next_change = Outcome::Kind::kRejected;
  EXPECT_EQ(house.desk->cancel_live_order(house.agent, id, "").error().code, "REFUSED_BY_EXCHANGE");
}

// --- the second factor ----------------------------------------------------------------------------------------------

TEST(SecondFactor, WhereItIsNeededNothingIsSignedWithoutBeforeItIsThere) {
  RehearsalHouse house;
  house.needs_second_factor = true;
  house.reopen();
  const std::string waiting = house.propose("SBIN", 2).order.order.order_id;
  StatementAsk order, resume, enrolment;
  order.order_id = waiting;
  resume.is_resume = true;
  EXPECT_EQ(house.desk->open(house.human, order).error().code, "SECOND_FACTOR_MISSING");
  EXPECT_EQ(house.desk->open(house.human, resume).error().code, "SECOND_FACTOR_MISSING");
  enrolment.enrol_public = audit_format::to_hex(house.key.public_key());
  enrolment.enrol_wants_totp = true;
  const auto replaced = house.desk->sign(house.human, house.signed_card(RehearsalHouse::must(house.desk->open(house.human, enrolment))));
  ASSERT_EQ(code_of(replaced), "signed");
  house.totp_address = replaced->totp_address;
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(waiting)))), "TOTP_NEEDED");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(waiting), house.totp_at(house.clock.wall_now())))), "signed");
}

}  // namespace
}  // namespace broker
