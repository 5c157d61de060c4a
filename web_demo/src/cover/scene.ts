/** What a motif gets: the inks, repeatable randomness and where the eye should land. */
import type { Palette } from './palette.js';
import type { Random } from './random.js';

export interface Scene {
  readonly random: Random;
  readonly palette: Palette;
  /** Centre of the picture, in units of the cover's 200 x 300; the title stands elsewhere. */
  readonly x: number;
  readonly y: number;
}

/** Draws one genre's picture over the whole cover, as SVG elements. */
export type Motif = (scene: Scene) => string;
