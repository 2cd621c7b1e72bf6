#pragma once
#include "tests/catch.hpp"
