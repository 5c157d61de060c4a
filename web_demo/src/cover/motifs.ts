/** One picture per genre. */
import { action, adventure, fantasy, scienceFiction, war, western } from './motifs_journey.js';
import { crime, horror, mystery, noir, thriller } from './motifs_night.js';
import { documentary, drama, reel, romance } from './motifs_people.js';
import { animation, children, comedy, musical } from './motifs_play.js';
import type { Motif } from './shapes.js';

const MOTIFS: Readonly<Record<string, Motif>> = {
  Action: action, Adventure: adventure, Animation: animation, Children: children, Comedy: comedy,
  Crime: crime, Documentary: documentary, Drama: drama, Fantasy: fantasy, 'Film-Noir': noir,
  Horror: horror, Musical: musical, Mystery: mystery, Romance: romance, 'Sci-Fi': scienceFiction,
  Thriller: thriller, War: war, Western: western,
};

export const motifOf = (genre: string): Motif => MOTIFS[genre] ?? reel;
