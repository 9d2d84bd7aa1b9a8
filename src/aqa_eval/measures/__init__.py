"""Arrays in, numbers out: the statistics, each with its interval. Nothing here knows a judge or a file."""
