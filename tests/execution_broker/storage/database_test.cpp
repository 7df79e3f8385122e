#include "execution_broker/storage/database.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "storage_fixture.h"

namespace broker {
namespace {

class DatabaseTest : public StorageFixture {};

std::string pragma(Database& database, const std::string& name) {
  Statement select = database.statement("SELECT * FROM pragma_" + name);
  EXPECT_TRUE(*select.step());
  auto text = single_int64(database.statement("SELECT count(*) FROM pragma_" + name));
  EXPECT_EQ(text->value(), 1);
  return name == "journal_mode" ? select.text(0) : std::to_string(select.int64(0));
}

// The file as another program would find it.
void raw_sql(const std::filesystem::path& path, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

TEST_F(DatabaseTest, EverySwitchStands) {
  auto database = open();
  EXPECT_EQ(pragma(*database, "journal_mode"), "wal");
  EXPECT_EQ(pragma(*database, "synchronous"), "2");
  EXPECT_EQ(pragma(*database, "foreign_keys"), "1");
  EXPECT_EQ(pragma(*database, "recursive_triggers"), "1");
  EXPECT_EQ(pragma(*database, "trusted_schema"), "0");
  EXPECT_EQ(pragma(*database, "cell_size_check"), "1");
  EXPECT_EQ(pragma(*database, "busy_timeout"), "2000");
  EXPECT_EQ(pragma(*database, "application_id"), std::to_string(kTestApplication));
  EXPECT_EQ(database->schema_version(), 1);
}

TEST_F(DatabaseTest, FileIsForItsOwnerOnly) {
  auto database = open();
  ASSERT_TRUE(add_note(*database, 1, "x"));
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat info {};
    ASSERT_EQ(::stat((path_.string() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(DatabaseTest, SecondOpenerIsRefusedAndToldWhoHoldsIt) {
  auto first = open();
  const auto second = Database::open(path_, note_options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "STORAGE_LOCKED");
  EXPECT_NE(second.error().what.find("process " + std::to_string(::getpid())), std::string::npos)
      << second.error().what;
  first.reset();
  EXPECT_TRUE(Database::open(path_, note_options()));
}

TEST_F(DatabaseTest, RowsSurviveReopening) {
  ASSERT_TRUE(add_note(*open(), 1, "kept"));
  auto database = open();
  Statement select = database->statement("SELECT text FROM note WHERE id = 1");
  ASSERT_TRUE(*select.step());
  EXPECT_EQ(select.text(0), "kept");
}

TEST_F(DatabaseTest, NewerSchemaIsRefused) {
  open().reset();
  raw_sql(path_, "PRAGMA user_version = 2");
  const auto opened = Database::open(path_, note_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "STORAGE_NEWER_SCHEMA");
}

TEST_F(DatabaseTest, FileOfAnotherProgramIsRefusedUntouched) {
  raw_sql(path_, "PRAGMA application_id = 7; CREATE TABLE theirs(x)");
  const auto opened = Database::open(path_, note_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "STORAGE_WRONG_FILE");
  EXPECT_FALSE(std::filesystem::exists(path_.string() + "-wal"));
}

TEST_F(DatabaseTest, FileWithTablesButNoIdIsRefused) {
  raw_sql(path_, "CREATE TABLE theirs(x)");
  EXPECT_EQ(Database::open(path_, note_options()).error().code, "STORAGE_WRONG_FILE");
}

TEST_F(DatabaseTest, GarbageIsRefusedAsAValueNotAnAbort) {
  std::ofstream(path_) << std::string(5'000, 'x');
  EXPECT_EQ(Database::open(path_, note_options()).error().code, "STORAGE_NOT_A_DATABASE");
}

TEST_F(DatabaseTest, MissingFolderIsNamed) {
  const auto opened = Database::open(folder_ / "nowhere" / "x.db", note_options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "STORAGE_OPEN");
}

TEST_F(DatabaseTest, SymbolicLinkIsNotFollowed) {
  open().reset();
  std::filesystem::create_symlink(path_, folder_ / "link.db");
  EXPECT_EQ(Database::open(folder_ / "link.db", note_options()).error().code, "STORAGE_OPEN");
}

TEST_F(DatabaseTest, MigrationRunsAfterABackupOfTheOldFile) {
  ASSERT_TRUE(add_note(*open(), 1, "old"));
  DatabaseOptions options = note_options();
  options.migrations.push_back(
      {2, "colour", "ALTER TABLE note ADD COLUMN colour TEXT; UPDATE note SET colour = 'red';"});
  {
    auto database = open(options);
    EXPECT_EQ(database->schema_version(), 2);
    Statement select = database->statement("SELECT colour FROM note");
    ASSERT_TRUE(*select.step());
    EXPECT_EQ(select.text(0), "red");
    EXPECT_TRUE(std::filesystem::exists(database->migration_backup()));
  }
  path_ = path_.string() + ".v1.bak";
  auto before = open();
  EXPECT_EQ(before->schema_version(), 1);
  EXPECT_EQ(count(*before), 1);
}

TEST_F(DatabaseTest, FailedMigrationLeavesTheFileAsItWas) {
  ASSERT_TRUE(add_note(*open(), 1, "old"));
  DatabaseOptions options = note_options();
  options.migrations.push_back(
      {2, "bad", "CREATE TABLE half(x INTEGER) STRICT; INSERT INTO note(id) VALUES(1);"});
  const auto opened = Database::open(path_, options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "STORAGE_MIGRATION");
  auto database = open();
  EXPECT_EQ(count(*database), 1);
  EXPECT_EQ(
      single_int64(database->statement("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"))
          ->value(),
      0);
}

TEST_F(DatabaseTest, BackupIsOneCompleteFile) {
  auto database = open();
  for (int i = 1; i <= 50; ++i) ASSERT_TRUE(add_note(*database, i, std::string(500, 'n')));
  const auto copy = folder_ / "copy.db";
  const auto made = database->backup_to(copy);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_FALSE(std::filesystem::exists(copy.string() + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(copy.string() + ".part"));
  database.reset();
  path_ = copy;
  EXPECT_EQ(count(*open()), 50);
}

TEST_F(DatabaseTest, FailedBackupLeavesTheOldCopy) {
  auto database = open();
  ASSERT_TRUE(add_note(*database, 1, "x"));
  std::filesystem::create_directory(folder_ / "copy.db.part");
  std::ofstream(folder_ / "copy.db") << "older";
  const auto made = database->backup_to(folder_ / "copy.db");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "STORAGE_BACKUP");
  EXPECT_EQ(std::filesystem::file_size(folder_ / "copy.db"), 5U);
}

TEST_F(DatabaseTest, IntegrityCheckFindsADanglingReference) {
  DatabaseOptions options = note_options();
  options.migrations.push_back(
      {2, "tag", "CREATE TABLE tag(note INTEGER NOT NULL REFERENCES note(id)) STRICT;"});
  auto database = open(options);
  EXPECT_TRUE(database->integrity_check());
  database.reset();
  raw_sql(path_, "INSERT INTO tag VALUES(99)");  // foreign keys are off for this connection
  database = open(options);
  const auto checked = database->integrity_check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "STORAGE_CORRUPT");
}

TEST_F(DatabaseTest, ReaderSeesCommittedRowsOnly) {
  auto writer = open();
  auto reader = *Database::open_reader(path_, note_options());
  auto transaction = *Transaction::begin(*writer);
  ASSERT_TRUE(transaction.statement("INSERT INTO note(id, text) VALUES(1, 'a')").run());
  EXPECT_EQ(count(*writer), 1);
  EXPECT_EQ(count(*reader), 0);
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(count(*reader), 1);
}

TEST_F(DatabaseTest, ReaderOfAnOlderSchemaIsRefused) {
  auto writer = open();
  DatabaseOptions options = note_options();
  options.migrations.push_back({2, "later", "CREATE TABLE later(x INTEGER) STRICT;"});
  EXPECT_EQ(Database::open_reader(path_, options).error().code, "STORAGE_MIGRATION");
}

TEST_F(DatabaseTest, WalIsEmptiedOnRequest) {
  auto database = open();
  ASSERT_TRUE(add_note(*database, 1, std::string(20'000, 'w')));
  EXPECT_GT(std::filesystem::file_size(path_.string() + "-wal"), 0U);
  ASSERT_TRUE(database->checkpoint_wal());
  EXPECT_EQ(std::filesystem::file_size(path_.string() + "-wal"), 0U);
}

}  // namespace
}  // namespace broker
