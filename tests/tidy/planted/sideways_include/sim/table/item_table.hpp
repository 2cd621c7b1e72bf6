#pragma once
#include "sim/stream/stream.hpp"
