double weight = 0.5;
