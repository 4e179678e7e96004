// begun below
