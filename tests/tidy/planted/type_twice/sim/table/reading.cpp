namespace weir {
namespace {
struct Page {};
}  // namespace
}  // namespace weir
