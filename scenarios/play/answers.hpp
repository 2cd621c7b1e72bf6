// What clients' steps are answered, as text for people.
#pragma once

#include <string>
#include <string_view>

#include "sim/data/item.hpp"
#include "sim/table/batch_requests.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/transaction_requests.hpp"
#include "sim/world/world.hpp"

namespace weir {

// "ConditionalCheckFailedException: The conditional request failed", with the reason of a throttle.
std::string told(const Failed& failed);

// Of a write whether it went well or not; empty: there is nothing to tell.
std::string told(const WriteAnswer& answer, ReturnValues returns);
std::string told(const TransactWriteItems::Answer& answer);
std::string told(const BatchWriteItem::Answer& answer, const BatchWriteItem& request, const World& world);
std::string told(const GetItem::Answer& answer);
std::string told(const BatchGetItem::Answer& answer, const World& world);
std::string told(const TransactGetItems::Answer& answer);
std::string told(const Result<Page>& page, bool only_counted);

std::string cut_short(std::string line);  // at 500 bytes, between characters

}  // namespace weir
