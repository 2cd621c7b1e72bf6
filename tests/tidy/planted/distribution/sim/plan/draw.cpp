std::uniform_int_distribution<int> die(1, 6);
