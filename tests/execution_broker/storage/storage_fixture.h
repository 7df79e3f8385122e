#pragma once

// A temporary folder and a small schema for the storage tests.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "execution_broker/storage/database.h"
#include "execution_broker/storage/transaction.h"

namespace broker {

inline constexpr std::int32_t kTestApplication = 0x54455354;

inline DatabaseOptions note_options() {
  DatabaseOptions options;
  options.application_id = kTestApplication;
  options.migrations = {
      {1, "notes",
       "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL, bytes BLOB) STRICT;"}};
  return options;
}

class StorageFixture : public ::testing::Test {
 protected:
  StorageFixture() {
    std::string pattern = (std::filesystem::temp_directory_path() / "storage-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "test.db";
  }
  ~StorageFixture() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::unique_ptr<Database> open(const DatabaseOptions& options = note_options()) {
    auto opened = Database::open(path_, options);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
    return opened ? std::move(*opened) : nullptr;
  }
  static trading::Status add_note(Database& database, std::int64_t id, const std::string& text) {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::begin(database));
    RETURN_IF_ERROR(transaction.statement("INSERT INTO note(id, text) VALUES(?1, ?2)")
                        .bind_all(id, text)
                        .run());
    return transaction.commit();
  }
  static std::int64_t count(Database& database) {
    return single_int64(database.statement("SELECT count(*) FROM note"))->value();
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace broker
