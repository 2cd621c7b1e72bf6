TODO rand()
