#include "scenarios/play/operator_acts.hpp"

namespace weir {

bool take_operator_act(World& world, const Act& act) {
  if (const auto* create = std::get_if<CreateMappingStep>(&act))
    world.create_mapping(create->mapping);
  else if (const auto* update = std::get_if<UpdateMappingStep>(&act))
    world.update_mapping(update->mapping, update->changes);
  else if (const auto* enable = std::get_if<EnableMappingStep>(&act))
    world.set_mapping_enabled(enable->mapping, Enabling::enable);
  else if (const auto* disable = std::get_if<DisableMappingStep>(&act))
    world.set_mapping_enabled(disable->mapping, Enabling::disable);
  else if (const auto* remove = std::get_if<DeleteMappingStep>(&act))
    world.delete_mapping(remove->mapping);
  else if (const auto* concurrency = std::get_if<SetConcurrencyStep>(&act))
    concurrency->function.empty() ? world.set_account_concurrency(concurrency->limit.value_or(default_account_concurrency))
                                  : world.set_concurrency(concurrency->function, concurrency->limit);
  else if (const auto* index = std::get_if<CreateIndexStep>(&act))
    world.create_index(world.table(index->table), index->index);
  else if (const auto* dropped = std::get_if<DeleteIndexStep>(&act))
    world.delete_index(world.table(dropped->table), dropped->index);
  else if (const auto* ttl = std::get_if<UpdateTimeToLiveStep>(&act))
    world.update_time_to_live(world.table(ttl->table), ttl->attribute, ttl->enabled);
  else
    return false;
  return true;
}

}  // namespace weir
