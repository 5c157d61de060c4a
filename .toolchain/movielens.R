# Writes the MovieLens ratings of Debian's r-cran-dslabs (671 users, GroupLens terms, non-commercial) as
# events.csv and items.csv into the folder given on the command line.
out <- commandArgs(trailingOnly = TRUE)[1]
library(dslabs)
data(movielens)
write.csv(movielens[, c("userId", "movieId", "rating", "timestamp")], file.path(out, "events.csv"),
          row.names = FALSE, quote = FALSE)
items <- unique(movielens[, c("movieId", "title", "year", "genres")])
write.csv(items, file.path(out, "items.csv"), row.names = FALSE, fileEncoding = "UTF-8")
