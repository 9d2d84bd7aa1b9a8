"""Do the words of a judge say what is to be seen? Claims read from its traces, and checked by geometry."""
