'use strict';

// NLP.js as its guide sets it up, answering JSON lines: the first line holds the language and the
// phrasings, each further one a message. It times itself, so that the pipe does not count.

const { createInterface } = require('node:readline');
const { containerBootstrap, LangEn, Nlp } = require('@nlpjs/basic');
const { LangFr } = require('@nlpjs/lang-fr');

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

async function timed(work) {
  const start = process.hrtime.bigint();
  const result = await work();
  return [result, Number(process.hrtime.bigint() - start) / 1e9];
}

async function train({ language, phrasings }) {
  const container = containerBootstrap();
  container.use(LangEn);
  container.use(LangFr);
  const nlp = new Nlp({
    container,
    languages: [language],
    autoSave: false,
    autoLoad: false,
    nlu: { log: false },
  });
  for (const [text, entry] of phrasings) nlp.addDocument(language, text, entry);
  await nlp.train();
  return nlp;
}

async function serve() {
  say({ ready: true });
  let nlp;
  let language;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (!nlp) {
      language = request.language;
      let seconds;
      [nlp, seconds] = await timed(() => train(request));
      say({ seconds });
      continue;
    }
    const [found, seconds] = await timed(() => nlp.process(language, request.text));
    say({
      seconds,
      ranking: found.classifications.map(({ intent, score }) => [intent, score]),
    });
  }
}

serve();
