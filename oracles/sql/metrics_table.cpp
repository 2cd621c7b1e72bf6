#include "oracles/sql/metrics_table.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oracles/metrics/metrics.hpp"
#include "oracles/sql/database.hpp"

namespace weir {

namespace {

struct Measured {
  std::vector<MetricSeries> series;
  std::string declaration;  // the CREATE TABLE whose columns these are
};

// As trace_schema has them.
enum Column : int { run, service, metric, dimension, minute, samples, sum, minimum, maximum, unit };

// Which equalities a query's plan hands to filter(), in this order.
constexpr int by_metric = 1, by_minute = 2;
constexpr std::int64_t rows_of_a_table = 1'048'576;  // what SQLite takes for granted of a table that it knows nothing of

struct Table : sqlite3_vtab {
  explicit Table(const std::vector<MetricSeries>& series_) : sqlite3_vtab{}, series(series_) {}
  const std::vector<MetricSeries>& series;
};

struct Cursor : sqlite3_vtab_cursor {
  explicit Cursor(const std::vector<MetricSeries>& series_) : sqlite3_vtab_cursor{}, all(series_) {}
  const std::vector<MetricSeries>& all;
  std::optional<std::string_view> metric;  // only of these; the text is the plan's
  std::optional<std::int64_t> minute;
  std::size_t series = 0, point = 0;

  bool at_end() const { return series == all.size(); }
  // On to the next row that is not left out, if this one is.
  void settle() {
    for (; !at_end(); ++series, point = 0) {
      const std::vector<MetricPoint>& points = all[series].points;
      if (metric && all[series].metric->name != *metric) continue;
      if (minute) {
        const auto found = std::lower_bound(points.begin() + static_cast<std::ptrdiff_t>(point), points.end(), *minute,
                                            [](const MetricPoint& each, std::int64_t wanted) { return each.minute < wanted; });
        if (found == points.end() || found->minute != *minute) continue;
        point = static_cast<std::size_t>(found - points.begin());
      }
      if (point < points.size()) return;
    }
  }
};

int connect(sqlite3* database, void* state, int, const char* const*, sqlite3_vtab** made, char**) {
  const auto& of = *static_cast<const Measured*>(state);
  const int code = sqlite3_declare_vtab(database, of.declaration.c_str());
  if (code == SQLITE_OK) *made = new Table(of.series);
  return code;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int plan(sqlite3_vtab*, sqlite3_index_info* info) {
  int arguments = 0;
  info->estimatedRows = rows_of_a_table;
  const auto narrow = [&](Column column, int how) {
    for (int i = 0; i < info->nConstraint; ++i) {
      const auto& constraint = info->aConstraint[i];
      if (constraint.usable == 0 || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ || constraint.iColumn != column) continue;
      if (column == metric && std::string_view(sqlite3_vtab_collation(info, i)) != "BINARY") continue;
      info->aConstraintUsage[i].argvIndex = ++arguments;
      info->idxNum |= how;
      info->estimatedRows /= 32;
      return;
    }
  };
  narrow(metric, by_metric);
  narrow(minute, by_minute);
  info->estimatedCost = info->estimatedRows;
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** made) {
  *made = new Cursor(static_cast<Table*>(table)->series);
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

// SQLite compares once more itself: a value of another type than the column's narrows nothing.
int filter(sqlite3_vtab_cursor* begun, int narrowed, const char*, int, sqlite3_value** values) {
  Cursor& cursor = *static_cast<Cursor*>(begun);
  cursor.metric.reset();
  cursor.minute.reset();
  if ((narrowed & by_metric) != 0) {
    sqlite3_value* value = *values++;
    if (sqlite3_value_type(value) == SQLITE_TEXT) {
      const std::string_view name(reinterpret_cast<const char*>(sqlite3_value_text(value)),
                                  static_cast<std::size_t>(sqlite3_value_bytes(value)));
      const std::vector<MetricInfo>& known = all_metrics();
      const auto found = std::find_if(known.begin(), known.end(), [&](const MetricInfo& each) { return each.name == name; });
      cursor.metric = found == known.end() ? std::string_view() : found->name;  // no metric is called nothing
    }
  }
  if ((narrowed & by_minute) != 0 && sqlite3_value_type(*values) == SQLITE_INTEGER)
    cursor.minute = sqlite3_value_int64(*values);
  cursor.series = cursor.point = 0;
  cursor.settle();
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* begun) {
  Cursor& cursor = *static_cast<Cursor*>(begun);
  cursor.point += 1;
  cursor.settle();
  return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) { return static_cast<const Cursor*>(cursor)->at_end() ? 1 : 0; }

int show(sqlite3_vtab_cursor* begun, sqlite3_context* to, int column) {
  const Cursor& cursor = *static_cast<const Cursor*>(begun);
  const MetricSeries& series = cursor.all[cursor.series];
  const MetricPoint& point = series.points[cursor.point];
  const auto text = [&](std::string_view shown) {
    sqlite3_result_text64(to, shown.data(), shown.size(), SQLITE_STATIC, SQLITE_UTF8);
  };
  switch (column) {
    case run:
      sqlite3_result_int64(to, 1);
      break;
    case service:
      text(series.metric->service);
      break;
    case metric:
      text(series.metric->name);
      break;
    case dimension:
      text(series.dimension);
      break;
    case minute:
      sqlite3_result_int64(to, point.minute);
      break;
    case samples:
      sqlite3_result_int64(to, static_cast<std::int64_t>(point.samples));
      break;
    case sum:
      sqlite3_result_int64(to, point.sum);
      break;
    case minimum:
      sqlite3_result_int64(to, point.minimum);
      break;
    case maximum:
      sqlite3_result_int64(to, point.maximum);
      break;
    case unit:
      text(series.metric->unit);
      break;
    default:
      break;
  }
  return SQLITE_OK;
}

int number(sqlite3_vtab_cursor* begun, sqlite3_int64* row) {
  const Cursor& cursor = *static_cast<const Cursor*>(begun);
  *row = static_cast<sqlite3_int64>(cursor.series << 32 | cursor.point);
  return SQLITE_OK;
}

constexpr sqlite3_module make_module() {
  sqlite3_module made{};
  made.xCreate = made.xConnect = connect;
  made.xDestroy = made.xDisconnect = disconnect;
  made.xBestIndex = plan;
  made.xOpen = open;
  made.xClose = close;
  made.xFilter = filter;
  made.xNext = next;
  made.xEof = at_end;
  made.xColumn = show;
  made.xRowid = number;
  return made;
}

constexpr sqlite3_module module = make_module();

}  // namespace

struct MetricsTable::State : Measured {
  std::optional<MetricsCollector> collector;
};

MetricsTable::MetricsTable(Database& database) : state_(std::make_unique<State>()) {
  {
    Statement declared(database, "SELECT sql FROM sqlite_schema WHERE name = 'metrics'");
    if (declared.step()) state_->declaration = declared.text(0);
  }
  sqlite3_create_module(database.handle(), "measured", &module, static_cast<Measured*>(state_.get()));
  database.run("DROP TABLE metrics; CREATE VIRTUAL TABLE metrics USING measured");
}

MetricsTable::~MetricsTable() = default;

void MetricsTable::begin() {
  state_->series.clear();
  state_->collector.emplace();
}

void MetricsTable::observe(const Fact& fact) { state_->collector->observe(fact); }
void MetricsTable::finish() { state_->series = state_->collector->series(); }

}  // namespace weir
