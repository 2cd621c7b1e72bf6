// What queues, and the way to on-failure destinations, leave open. Keys: "trigger NAME / shard PATH / batch N" of the first
// record a letter is about; "queue NAME / message N", N counted in the order of sending, then "/ look K" or "/ receive K".
#pragma once

#include <array>

#include "sim/plan/site.hpp"

namespace weir {

inline constexpr Site<Duration> destination_delay{
    .name = "destination.delay",
    .low = 0s,
    .high = 3min,
    .calm = 0s,
    .rules = "DEST-7",
    .asks = "How long after the batch was given up does its failure record reach the destination?"};
inline constexpr Site<bool> destination_fails{.name = "destination.fails",
                                              .low = false,
                                              .high = true,
                                              .calm = false,
                                              .rules = "DEST-7",
                                              .asks = "Is the failure record lost on its way to the destination?",
                                              .nature = Nature::fault};
inline constexpr Site<bool> queue_passed_over{
    .name = "queue.passed_over",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "ESM-13",
    .asks = "Does a receive of a standard queue leave out a message that it could have given?"};
inline constexpr Site<bool> queue_given_twice{.name = "queue.given_twice",
                                              .low = false,
                                              .high = true,
                                              .calm = false,
                                              .rules = "ESM-13",
                                              .asks = "Can a message of a standard queue be received again at once?"};
inline constexpr Site<bool> queue_comes_back{
    .name = "queue.comes_back",
    .low = false,
    .high = true,
    .calm = false,
    .rules = "ESM-13",
    .asks = "Does a message of a standard queue come once more although it was removed?"};

inline constexpr std::array queue_sites{destination_delay.info(), destination_fails.info(), queue_passed_over.info(),
                                        queue_given_twice.info(), queue_comes_back.info()};

}  // namespace weir
