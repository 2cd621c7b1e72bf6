double weight = 0.5;  // tidy: allowed because
