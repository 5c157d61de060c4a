/* The example of tsugi.h, as an app in C would write it: c_api_example MODEL.tsugi */
#include <stdio.h>
#include <string.h>

#include "native/c_api/tsugi.h"

static int Fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, tsugi_last_error());
  return 1;
}

static void PrintBest(const tsugi_recommender* recommender, int32_t item, float score,
                      int32_t count) {
  const uint64_t* offsets;
  const char* text;
  int32_t ids;
  if (tsugi_recommender_strings(recommender, TSUGI_ITEM_IDS, &offsets, &text, &ids) == TSUGI_OK) {
    printf("1 of %d: '%.*s' %.2f\n", (int)count, (int)(offsets[item + 1] - offsets[item]),
           text + offsets[item], score);
  }
}

static int Recommend(tsugi_recommender* recommender) {
  tsugi_session* session;
  tsugi_recommend_options options;
  int32_t items[10], count, first = 0;
  float scores[10];
  if (tsugi_session_create(recommender, &session) != TSUGI_OK) return Fail("create");
  if (tsugi_session_push(session, &first, NULL, NULL, NULL, 1, NULL) != TSUGI_OK) return Fail("push");
  tsugi_options_init(TSUGI_RECOMMEND, &options);
  options.seen = TSUGI_SEEN_KEEP;
  if (tsugi_session_recommend(session, &options, items, scores, &count) != TSUGI_OK) {
    return Fail("recommend");
  }
  PrintBest(recommender, items[0], scores[0], count);
  tsugi_session_destroy(session);
  return 0;
}

int main(int argc, char** argv) {
  tsugi_recommender* recommender;
  int result;
  if (argc != 2) return 2;
  if (tsugi_recommender_open(argv[1], &recommender) != TSUGI_OK) return Fail("open");
  result = Recommend(recommender);
  tsugi_recommender_destroy(recommender);
  return result;
}
