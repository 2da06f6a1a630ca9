import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Loader } from "../../../hub/web/station/loader.js";

const refusal = (code) => Object.assign(new Error(code), { code });

/** A loader whose answers are given one by one. */
function make(options = {}) {
  const asked = [];
  let changes = 0;
  const loader = new Loader({
    load: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    onChange: () => {
      changes += 1;
    },
    ...options,
  });
  return { loader, asked, changes: () => changes };
}

test("opened, it loads; answered, it is ready; closed, it forgets", async () => {
  const { loader, asked, changes } = make();
  const done = loader.open();
  assert.deepEqual([loader.status, loader.isOpen, changes()], ["loading", true, 1]);
  asked[0].resolve(["M. Leroy"]);
  await done;
  assert.deepEqual([loader.status, loader.value, changes()], ["ready", ["M. Leroy"], 2]);
  loader.close();
  assert.deepEqual([loader.status, loader.value, loader.isOpen], ["idle", null, false]);
});

test("a failure says why, and the next try may succeed", async () => {
  const { loader, asked } = make();
  const first = loader.open();
  asked[0].reject(refusal("unreachable"));
  await first;
  assert.deepEqual([loader.status, loader.code], ["failed", "unreachable"]);
  const second = loader.open();
  assert.equal(loader.status, "loading");
  asked[1].resolve([]);
  await second;
  assert.deepEqual([loader.status, loader.code], ["ready", null]);
});

test("an answer that comes after the panel was closed is dropped", async () => {
  const { loader, asked, changes } = make();
  const done = loader.open();
  loader.close();
  asked[0].resolve(["late"]);
  await done;
  assert.deepEqual([loader.status, loader.value, changes()], ["idle", null, 1]);
});

test("while it is open it asks again; a failure then keeps what is known", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { loader, asked } = make({ everyMs: 4000 });
  const done = loader.open();
  asked[0].resolve(["known"]);
  await done;
  mock.timers.tick(4000);
  assert.equal(asked.length, 2);
  asked[1].reject(refusal("unreachable"));
  await new Promise(setImmediate);
  assert.deepEqual([loader.status, loader.value], ["ready", ["known"]]);
  mock.timers.tick(4000);
  assert.equal(asked.length, 3);
  loader.close();
  asked[2].resolve([]);
  await new Promise(setImmediate);
  mock.timers.tick(20_000);
  assert.equal(asked.length, 3);
  mock.timers.reset();
});

test("a mistake of our own is not taken for a refusal", async () => {
  const { loader, asked } = make();
  const done = loader.open();
  asked[0].reject(new TypeError("a defect"));
  await assert.rejects(done, TypeError);
});
