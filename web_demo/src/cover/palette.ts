/** Colours by genre. Each palette is five inks of one print, from the ground up. */

export interface Palette {
  /** The paper. */
  readonly ground: string;
  /** Darkest: silhouettes. */
  readonly deep: string;
  readonly mid: string;
  /** The one loud ink. */
  readonly pop: string;
  /** Lightest: moons, type on dark. */
  readonly light: string;
}

const inks = (text: string): Palette => {
  const [ground, deep, mid, pop, light] = text.split(' ') as [string, string, string, string,
    string];
  return { ground, deep, mid, pop, light };
};

export const PALETTES: Readonly<Record<string, readonly [Palette, ...Palette[]]>> = {
  Action: [
    inks('#d9381e #1d1513 #8f1d12 #ffb400 #fff1d6'),
      inks('#f2a516 #1f1a17 #c2571a #b3211f #fff4dc'),
    inks('#21242b #0d0f13 #3f4652 #ff5a1f #f4e9d8')],
  Adventure: [
    inks('#e9c46a #17403f #2a9d8f #e4572e #fff6df'),
      inks('#1f6f78 #0c2f3a #4fa3a5 #f6ae2d #fdf3dc'),
    inks('#d98e4a #3a2418 #a4552b #1f6f78 #fff0d8')],
  Animation: [
    inks('#ffd23f #2b2d5b #3bceac #ee4266 #fff8e7'),
      inks('#f78fb3 #2d1e59 #6c5ce7 #ffd166 #fff5f0'),
    inks('#54c6eb #1b2a5c #8a5cf6 #ff8a3d #fffbea')],
  Children: [
    inks('#8fd3c8 #1f4e5a #4aa8a0 #f46a4e #fffaf0'),
      inks('#ffcf70 #4b3062 #f08a5d #4db6ac #fffaf0'),
    inks('#a3d5ff #23395b #6fb1e0 #ffb703 #ffffff')],
  Comedy: [
    inks('#ffcb3d #26215a #f58b1e #e8366b #fff8e6'),
      inks('#ff8c7a #2a2350 #e85a71 #ffd84d #fff7ee'),
    inks('#7cd0c2 #21304f #2f9c95 #ff6b57 #fffbef')],
  Crime: [
    inks('#23262d #0e1014 #454b57 #e0b23c #f0e8d8'),
      inks('#b3372f #16110f #6d1b18 #efc94c #f7ead6'),
    inks('#3c4a45 #121816 #6b7f76 #e7643c #efeadb')],
  Documentary: [
    inks('#e8e2d4 #22252a #9aa39a #d5402b #fffdf6'),
      inks('#2b3a42 #11181c #5f7a85 #f0c05a #f2efe6'),
    inks('#c9d6cf #1f2d2b #7d9b91 #e2722e #fdfcf5')],
  Drama: [
    inks('#d7c4a7 #2a2b36 #8b7a66 #b8432f #fbf4e6'),
      inks('#3b4a63 #151c2a #6d7fa0 #e9a15b #f4ecdf'),
    inks('#8c4a3c #24110f #b97a5c #f0c38e #fbeedd'),
      inks('#a9b8b0 #1e2d30 #5f7d7a #cf5c36 #fbf7ec'),
    inks('#5b3a52 #1d1020 #93607f #efb36b #f8e9e0')],
  Fantasy: [
    inks('#3a2e6e #150f35 #6d5bb5 #f4b942 #f6efff'),
      inks('#165a5a #062728 #3e9384 #f2c14e #f0fbf1'),
    inks('#7b3b72 #270f2d #b06aa6 #ffd27d #fdf0f6')],
  'Film-Noir': [
    inks('#2a2a2d #0b0b0d #5d5d62 #d8d2c4 #f6f2e8'),
      inks('#3a3733 #100f0e #77716a #c9a24b #f3ecdd')],
  Horror: [
    inks('#7a1116 #100507 #420a0f #e8d6b0 #f5e9d0'),
      inks('#1d2a24 #070c0a #3f5a4c #c7f05e #eef5df'),
    inks('#1b1626 #08060d #443a5c #e3342f #ece4f2')],
  Musical: [
    inks('#e9486c #2c0e37 #a42d6e #ffc145 #fff0ec'),
      inks('#244a9b #0e1740 #4f7fd9 #ff7b54 #fdf4e3'),
    inks('#f3b61f #43183f #d9582b #2a9d8f #fff6e0')],
  Mystery: [
    inks('#21364a #0a141d #47677f #e3b04b #efe9da'),
      inks('#4a2c4d #180b1b #7d5580 #d9c05f #f3e9f0'),
    inks('#3f5041 #111a14 #71866f #e98a4b #f1eedd')],
  Romance: [
    inks('#f2b5a7 #5a1f33 #d9667b #b3254a #fff3ec'),
      inks('#e4d0b9 #43233a #c98f86 #c8324f #fff8ef'),
    inks('#7a2343 #290b1d #b9486b #f7b79b #fdeae3')],
  'Sci-Fi': [
    inks('#101b3b #060a1c #2f4a8f #ff7a3d #e9efff'),
      inks('#1a1033 #0a0518 #5a3fa0 #3fe0c5 #f1eaff'),
    inks('#0f3d4c #05181f #2c7f8f #ffcf56 #e8f7f6'),
      inks('#c8402d #22100f #7d2219 #f7d08a #fdefdc')],
  Thriller: [
    inks('#c9341f #17100e #7d1a10 #f3e3c3 #fbf1dd'),
      inks('#1c2b33 #080e12 #43606d #e85d2f #e9eef0'),
    inks('#d6a51e #1b160a #8d6a12 #a81f1c #fdf5dc')],
  War: [
    inks('#5e6346 #1c1f14 #8b8f66 #d24b2a #f1ead2'),
      inks('#a38a5c #2a2014 #6f5a35 #8e2a1c #f7ecd0'),
    inks('#3e4b52 #12181b #6f7f86 #d88a3a #eee8da')],
  Western: [
    inks('#e08a3c #3b160c #a9431c #f7d37a #fff0d3'),
      inks('#d9b98a #40241a #b0643a #b3261e #fdf1d9'),
    inks('#7d2d1f #220b08 #b5532f #f2b451 #fbe6c8')],
  none: [
    inks('#cfc8ba #26231f #8b8478 #b8432f #fbf7ee'),
      inks('#40474f #14181c #737d87 #e4b363 #f1eee6')],
};

/** Genres from the most telling to the least: the first that a film has decides its picture. */
export const TELLING: readonly string[] = [
  'Film-Noir', 'Western', 'Animation', 'Documentary', 'Musical', 'Horror', 'War', 'Sci-Fi',
  'Fantasy', 'Children', 'Mystery', 'Romance', 'Crime', 'Adventure', 'Action', 'Thriller',
  'Comedy', 'Drama'];

export function leadingGenre(genres: readonly string[]): string {
  return TELLING.find((genre) => genres.includes(genre)) ?? 'none';
}

/** A film's genres, the most telling first. */
export const telling = (genres: readonly string[]): string[] =>
  TELLING.filter((genre) => genres.includes(genre));

// A map: genres come from the data, and an object has a `constructor`.
const GENRE_INK = new Map(Object.entries({
  Action: '#ea7a2b', Adventure: '#2a9d8f', Animation: '#f0a8c0', Children: '#59b5c9',
  Comedy: '#f2c230', Crime: '#6b7280', Documentary: '#8ea39a', Drama: '#a8714f',
  Fantasy: '#7c63c9', 'Film-Noir': '#55524d', Horror: '#7a1f3d', IMAX: '#94a3b8',
  Musical: '#d94a86', Mystery: '#4d708c', Romance: '#de6f83', 'Sci-Fi': '#3f63c9',
  Thriller: '#c0322b', War: '#7d8254', Western: '#8f4a24',
}));

/** The loud ink of a genre, for charts. */
export const genreInk = (genre: string): string => GENRE_INK.get(genre) ?? '#8b8478';
