#pragma once

// Which mode the broker may run in, and the exchange of a book that is not paper. Paper needs nothing; a rehearsal needs an
// exchange on loopback (the sandbox); live needs everything at once.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "execution_broker/clock/clock.h"
#include "execution_broker/config/settings.h"
#include "execution_broker/exchange/smartapi/adapter/smartapi_exchange.h"
#include "execution_broker/home_folders.h"
#include "execution_broker/market/smartapi/smartapi_source.h"

namespace broker {

// What live still needs, a line each, the desk that this version lacks last. Empty only where a live desk exists.
std::vector<std::string> live_needs(const Settings& settings, const HomeFolders& folders, const trading::Status& isolation);

// REHEARSAL_NOT_POSSIBLE, LIVE_DESK_MISSING: all that is missing in one message.
trading::Status check_mode(const Settings& settings, const HomeFolders& folders, const trading::Status& isolation);

// The account behind the source's session. The source outlives it.
trading::Result<std::unique_ptr<SmartApiExchange>> open_account_exchange(const Settings& settings, SmartApiSource& source,
                                                                         Database& database, const Clock& clock,
                                                                         std::function<void(const smartapi::CallRecord&)> record,
                                                                         std::function<void(const std::string&)> log);

}  // namespace broker
