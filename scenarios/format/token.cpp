#include "scenarios/format/token.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

#include "scenarios/format/failure_check.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/value_json.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

constexpr std::string_view form = "weir1.";
constexpr std::size_t most_unpacked = 64U << 20U;
constexpr std::size_t checksum_bytes = 4;

// What failures say most, the likeliest last. Part of form 1: never changed within it.
constexpr std::string_view dictionary =
    "\"name\":\"teaches\":\"rules\":\"tables\":[{\"key\":\"sort\":\"ttl\":\"expires_at\"\"stream\":\"new_and_old_"
    "images\"\"shards\":"
    "\"functions\":[{\"handler\":\"timeout\":\"mappings\":[{\"table\":\"function\":\"batch_size\":\"maximum_retry_attempts\":"
    "\"maximum_record_age\":\"bisect_batch_on_function_error\":true\"report_batch_item_failures\":true\"on_failure\":\"sqs\""
    "\"steps\":[{\"at\":\"0s\",\"put\":{\"item\":{\"id\":\"workloads\":[{\"clients\":\"operations\":\"items\":\"kinds\":[\"run_"
    "for\":"
    "\"oracles\":[{\"oracle\":\"source\":\"view\":\"expect\":\"violation\".json"
    "O-STREAM O-IMAGES O-LIVE O-TERM O-CKPT O-LIN O-READ O-ARCH O-ACCT O-NOLOSS O-ORDER O-CONV O-ONCE broken fixed"
    "error, not done throttled error, done timeout throw crash before call 0 crash after call 1 answer lost true false"
    "24h 1h 30min 10min 1min 20s 10s 5s 2s 1s 500ms 200ms 100ms 50ms 20ms 10ms 5ms 1ms 0s"
    "stream.shard_lifetime stream.trim_slack ttl.deletion_delay trigger.retry_back_off trigger.poll_phase client.latency "
    "client.fault workload.pause function.duration function.outcome workload.op "
    "shard 0.1 / shard 0.0 / item i0 reader call 2 / call 1 / call 0 trigger mirror / shard 0 / batch 1 / attempt 1 / shard 0 "
    "/ "
    "batch 0 / attempt 0 add item 0 group 0 value 1 delete item 1 group 0 value 1 update item 0 group 0 value 1 put item 1 "
    "group 0 "
    "value 1 client 1 / op 1 client 0 / op 0 put item 0 group 0 value 1";

[[noreturn]] void refuse(std::string found, std::string accepted) {
  throw BadInput("token", std::move(found), std::move(accepted));
}
constexpr std::string_view as_printed = "the whole token as it was printed";

// --- base64url, forgiving about spare bits: a token that was cut is to be told from one that was changed

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_letters(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += letters[(bits >> static_cast<unsigned>(count - 6)) & 63U];
  }
  if (count > 0) text += letters[(bits << static_cast<unsigned>(6 - count)) & 63U];
  return text;
}

struct Letters {
  std::string bytes;
  bool spare = false;  // bits beyond the last byte that are not zero
};

Letters from_letters(std::string_view text) {
  Letters out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = letters.find(c);
    if (value == std::string_view::npos)
      refuse("the character " + in_quotes(std::string_view(&c, 1)), "letters, digits, - and _ after \"weir1.\"");
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.bytes += static_cast<char>(static_cast<unsigned char>((bits >> static_cast<unsigned>(count)) & 0xffU));
  }
  out.spare = (bits & ((1U << static_cast<unsigned>(count)) - 1U)) != 0;
  return out;
}

// --- lengths and texts

void put_number(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(static_cast<unsigned char>(value | 0x80U));
  out += static_cast<char>(static_cast<unsigned char>(value));
}
void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}
  std::string_view rest() const { return rest_; }

  std::optional<std::uint64_t> number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::optional<std::string_view> take(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  // Of a body whose checksum is right: what does not fit was never written by us.
  std::uint64_t sure_number() {
    const auto value = number();
    if (!value) refuse("a body that makes no sense", std::string(as_printed));
    return *value;
  }
  std::string sure_text() { return sure_take(sure_number()); }
  std::string sure_take(std::uint64_t size) {
    const auto taken = take(size);
    if (!taken) refuse("a body that makes no sense", std::string(as_printed));
    return std::string(*taken);
  }

 private:
  std::string_view rest_;
};

std::string checksum_of(std::string_view bytes) {
  const std::uint64_t hash = hash64(bytes);
  std::string out;
  for (std::size_t i = 0; i < checksum_bytes; ++i)
    out += static_cast<char>(static_cast<unsigned char>((hash >> (8 * i)) & 0xffU));
  return out;
}

// --- deflate

const Bytef* as_bytes(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

std::string pack(std::string_view plain) {
  z_stream stream{};
  SIM_CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK, "zlib starts");
  deflateSetDictionary(&stream, as_bytes(dictionary), static_cast<uInt>(dictionary.size()));
  std::string packed(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  stream.next_in = const_cast<Bytef*>(as_bytes(plain));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  SIM_CHECK(ended == Z_STREAM_END, "zlib packs into the room it asked for");
  return packed;
}

std::string unpack(std::string_view packed) {
  z_stream stream{};
  SIM_CHECK(inflateInit2(&stream, -15) == Z_OK, "zlib starts");
  inflateSetDictionary(&stream, as_bytes(dictionary), static_cast<uInt>(dictionary.size()));
  stream.next_in = const_cast<Bytef*>(as_bytes(packed));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  std::string block(1U << 14U, '\0');
  int state = Z_OK;
  while (state == Z_OK && plain.size() <= most_unpacked) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = inflate(&stream, Z_NO_FLUSH);
    plain.append(block, 0, block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (plain.size() > most_unpacked) refuse("a body of more than 64 MB", "a failure file for a failure of this size");
  if (state != Z_STREAM_END || stream.avail_in != 0) refuse("a body that makes no sense", std::string(as_printed));
  return plain;
}

// --- the failure inside

constexpr unsigned flag_embedded = 1, flag_hash = 2;

unsigned nibble(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

std::string body_of(const Failure& failure, const SiteBook& book) {
  std::string body;
  put_number(body, (failure.embedded ? flag_embedded : 0U) | (failure.hash.empty() ? 0U : flag_hash));
  put_text(body, failure.version);
  put_text(body, failure.embedded ? scenario_to_json(*failure.embedded, book).dump() : failure.scenario);
  if (!failure.embedded) put_text(body, failure.variant);
  put_text(body, failure.scenario_file);
  put_text(body, failure.breaks);
  put_number(body, failure.deviations.size());
  for (const Deviation& deviation : failure.deviations) {
    const SiteInfo* site = book.find(deviation.site);
    SIM_CHECK(site, "a deviation names a site of the book");
    put_text(body, deviation.site);
    put_text(body, deviation.key);
    put_text(body, value_text(*site, deviation.value));
  }
  if (failure.hash.empty()) return body;
  SIM_CHECK(is_hash_text(failure.hash), "a trace's hash is 32 hex digits");
  for (std::size_t i = 0; i < failure.hash.size(); i += 2)
    body += static_cast<char>(static_cast<unsigned char>(nibble(failure.hash[i]) << 4U | nibble(failure.hash[i + 1])));
  return body;
}

// Content is judged by the rules of failure files: one set of words for the same mistake.
Deviation read_deviation(Bytes& body, std::size_t index, const SiteBook& book) {
  const std::string at = "token /deviations/" + std::to_string(index);
  Deviation deviation;
  deviation.site = body.sure_text();
  deviation.key = body.sure_text();
  const std::string value = body.sure_text();
  const SiteInfo* site = book.find(deviation.site);
  if (!site)
    throw BadInput(at, "no choice site is called " + in_quotes(deviation.site),
                   "a site that `weir choices` lists" + did_you_mean(deviation.site, book.names()));
  if (const std::string accepted = wrong_with_key(deviation.key); !accepted.empty())
    throw BadInput(at, "the key " + in_quotes(deviation.key), accepted);
  const auto encoded = parse_value_text(*site, value);
  if (!encoded || !in_envelope(*site, *encoded))
    throw BadInput(at, "the value " + in_quotes(value), deviation.site + " is " + envelope_text(*site));
  deviation.value = *encoded;
  return deviation;
}

Failure read_body(Bytes body, const SiteBook& book) {
  Failure failure;
  const std::uint64_t flags = body.sure_number();
  failure.version = body.sure_text();
  const std::string scenario = body.sure_text();
  if ((flags & flag_embedded) != 0) {
    const nlohmann::json parsed = parse_document(scenario, "token's scenario");
    const Document document(scenario, "token's scenario");
    failure.embedded = scenario_from_node(Node(parsed, document, ""), book, {});
    failure.scenario = failure.embedded->name;
    failure.variant = failure.embedded->variant;
  } else {
    failure.scenario = scenario;
    failure.variant = body.sure_text();
  }
  failure.scenario_file = body.sure_text();
  failure.breaks = body.sure_text();
  for (const std::string* text : {&failure.scenario, &failure.breaks})
    if (text->empty()) refuse("a failure without a scenario or a promise it breaks", std::string(as_printed));
  if (const std::string accepted = wrong_with_oracle_name(failure.breaks); !accepted.empty())
    refuse(in_quotes(failure.breaks), accepted);
  const std::uint64_t count = body.sure_number();
  for (std::uint64_t i = 0; i < count; ++i) failure.deviations.push_back(read_deviation(body, i, book));
  if (const auto second = second_of_two(failure.deviations))
    throw BadInput("token /deviations/" + std::to_string(*second), "a second deviation of one choice",
                   "one deviation for each site and key");
  if ((flags & flag_hash) != 0) {
    for (const char byte : body.sure_take(16)) {
      constexpr std::string_view digits = "0123456789abcdef";
      failure.hash += digits[static_cast<unsigned char>(byte) >> 4U];
      failure.hash += digits[static_cast<unsigned char>(byte) & 15U];
    }
  }
  if (!body.rest().empty()) refuse("a body that makes no sense", std::string(as_printed));
  return failure;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(space);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

}  // namespace

bool looks_like_token(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with("weir")) return false;
  const std::size_t end = text.find_first_not_of("0123456789", 4);
  return end != std::string_view::npos && end > 4 && text[end] == '.';
}

std::string to_token(const Failure& failure, const SiteBook& book) {
  const std::string packed = pack(body_of(failure, book));
  std::string bytes;
  put_number(bytes, packed.size());
  bytes += packed;
  return std::string(form) + to_letters(bytes + checksum_of(packed));
}

Failure parse_token(std::string_view token, const SiteBook& book) {
  token = trimmed(token);
  if (!looks_like_token(token))
    refuse(token.empty() ? "nothing" : in_quotes(token), "a token, which begins with \"" + std::string(form) + "\"");
  if (!token.starts_with(form)) {
    refuse("a token of form " + in_quotes(token.substr(0, token.find('.'))),
           "form \"weir1\": this is weir " + std::string(weir_version()) + ", another version wrote it");
  }
  const Letters decoded = from_letters(token.substr(form.size()));
  Bytes bytes(decoded.bytes);
  const auto size = bytes.number();
  const std::size_t there = bytes.rest().size();
  if (!size || *size > there || there - *size < checksum_bytes) refuse("a token that was cut short", std::string(as_printed));
  if (there - *size > checksum_bytes) refuse("a token with something behind its end", std::string(as_printed));
  const std::string_view packed = *bytes.take(*size);
  if (decoded.spare || bytes.rest() != checksum_of(packed))
    refuse("a token that was changed on the way: its checksum does not match", std::string(as_printed));
  const std::string body = unpack(packed);
  return read_body(Bytes(body), book);
}

}  // namespace weir
