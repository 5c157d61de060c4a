/* consumer MODEL.tsugi: prints the version and the number of items. */
#include <stdio.h>
#include <tsugi.h>

int main(int argc, char** argv) {
  tsugi_recommender* recommender;
  const uint64_t* offsets;
  const char* text;
  int32_t count;
  if (argc != 2) return 2;
  if (tsugi_recommender_open(argv[1], &recommender) != TSUGI_OK ||
      tsugi_recommender_strings(recommender, TSUGI_ITEM_IDS, &offsets, &text, &count) != TSUGI_OK) {
    fprintf(stderr, "%s\n", tsugi_last_error());
    return 1;
  }
  printf("tsugi %s: %d items\n", tsugi_version(), (int)count);
  tsugi_recommender_destroy(recommender);
  return 0;
}
