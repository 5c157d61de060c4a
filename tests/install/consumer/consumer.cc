// The same from C++, with handles that clean up after themselves.
#include <tsugi.h>

#include <cstdio>
#include <memory>

struct Destroy {
  void operator()(tsugi_recommender* recommender) const { tsugi_recommender_destroy(recommender); }
};

int main(int argc, char** argv) {
  tsugi_recommender* opened = nullptr;
  if (argc != 2 || tsugi_recommender_open(argv[1], &opened) != TSUGI_OK) return 1;
  const std::unique_ptr<tsugi_recommender, Destroy> recommender(opened);
  const uint64_t* offsets = nullptr;
  const char* text = nullptr;
  int32_t count = 0;
  tsugi_recommender_strings(recommender.get(), TSUGI_ITEM_IDS, &offsets, &text, &count);
  std::printf("tsugi %s: %d items\n", tsugi_version(), count);
}
