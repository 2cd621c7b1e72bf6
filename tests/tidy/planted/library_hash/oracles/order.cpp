auto h = std::hash<int>{}(1);
