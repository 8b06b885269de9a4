"""What 'telltale run' plays: an office hour of an imaginary company through the real function app."""
