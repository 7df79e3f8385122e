#pragma once

// From the rows of the instrument file to the instruments of the house: NSE's cash segment in the
// series that can be traded. Many rows share a name, so a symbol is always an exact series:
//   "SBIN"     SBIN-EQ; where there is no EQ row, its BE row, else its BZ row
//   "SBIN-BE"  the BE row beside an EQ row; series of small companies (SM, ST) are always in full
// Two rows that claim one trading symbol or one token are both left out: which one is meant is not
// said. Pure.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/instrument_file.h"
#include "trading/instruments/instrument.h"

namespace broker {

struct SelectedInstruments {
  std::vector<trading::Instrument> instruments;  // by symbol
  std::vector<std::string> findings;
};

class InstrumentSelection {
 public:
  void add(const smartapi::InstrumentFileRow& row);
  // INSTRUMENT_FILE_IMPLAUSIBLE: fewer than `least` instruments came out.
  trading::Result<SelectedInstruments> finish(std::size_t least);

 private:
  struct Candidate {
    trading::Instrument instrument;
    std::string base;        // "SBIN"
    std::string series;      // "EQ"
    bool has_closing_auction = false;
    bool is_ambiguous = false;
  };
  std::map<std::string, Candidate> by_trading_symbol_;
  std::map<std::string, std::string> symbol_of_token_;
  std::set<std::string> with_futures_;  // names
  std::size_t unreadable_ = 0;
  std::vector<std::string> findings_;
};

}  // namespace broker
