// Code of the page that runs in the middle of a call: filters, getters, conversions. It may dispose of
// what is in use or call again; the answer is a result or a TsugiError, never freed memory.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fails, Recommender, withSession } from './node_package.mjs';
import { goldenModel } from './packed_package.mjs';

describe('code of the page inside a call', () => {
  const item = 'B00-1';
  const codes = {
    'a filter': (run) => ({ filter: () => run() }),
    'a getter': (run) => ({
      get k() {
        run();
        return 3;
      },
    }),
    'a getter of a condition': (run) => ({
      filter: {
        get genres() {
          run();
          return 'Drama';
        },
      },
    }),
    'the length of a list': (run) => ({
      exclude: new Proxy([item], {
        get(list, key) {
          if (key === 'length') run();
          return list[key];
        },
      }),
    }),
  };
  for (const [name, make] of Object.entries(codes)) {
    for (const owner of ['session', 'model']) {
      test(`${name} that disposes of the ${owner} ends the call, and no other`, async () => {
        const other = await Recommender.load(goldenModel('tower_i8'));
        await withSession(async (session, model) => {
          session.push(item);
          const options = make(() => {
            ({ session, model })[owner].dispose();
            return true;
          });
          for (const verb of ['recommend', 'continue']) {
            const given =
              verb === 'continue' && name === 'a getter' ? { filter: options.filter } : options;
            await fails('disposed', /was disposed/, () => session[verb](given));
          }
        }, 'tower_i8');
        assert.ok(other.session().recommend().length > 0);
        other.dispose();
      });
    }
    test(`${name} that asks for a list, adds items and events works`, () =>
      withSession((session, model) => {
        session.push(item);
        let count = 0;
        const options = make(() => {
          session.recommend({ k: 2, explain: true, seen: 'keep' });
          model.addItems([
            { id: `new-${(count += 1)}`, title: 'Night train', attributes: { genres: 'Drama' } },
          ]);
          session.push(item);
          return true;
        });
        const list = session.recommend({ seen: 'keep', ...options });
        assert.ok(count > 0 && list.every(({ score }) => Number.isFinite(score)));
        assert.ok(list.every(({ item: id }) => model.item(id)?.id === id));
      }, 'tower_i8'));
  }
  test('numbers are numbers: nothing is converted', () =>
    withSession(async (session) => {
      for (const option of ['n', 'steps', 'guidance', 'seed']) {
        for (const value of [
          { valueOf: () => session.recommend() },
          2 ** 32 + 2,
          -1,
          NaN,
          '3',
          Symbol('s'),
          [2],
        ]) {
          await fails('invalid_argument', new RegExp(`^imagine: ${option}: `), () =>
            session.imagine({ [option]: value }),
          );
        }
      }
      await fails('invalid_argument', /^imagine: n: 1.5/, () => session.imagine({ n: 1.5 }));
    }, 'imagine_i8'));
  test('what a filter throws is told with its cause', () =>
    withSession(async (session) => {
      const filter = () => {
        throw new RangeError('mine');
      };
      const error = await fails(
        'invalid_argument',
        /recommend: filter: the function threw: mine/,
        () => session.recommend({ filter }),
      );
      assert.ok(error.cause instanceof RangeError);
    }));
});
