// What serverless.yml includes: the framework reads CommonJS, not TypeScript.
module.exports = (context) => require('./settings.ts').readSettings(context);
