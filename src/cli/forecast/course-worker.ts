// A thread that rehearses what it is given, one course after the other. Started by rehearse-courses.ts.
import { parentPort } from 'node:worker_threads';
import { type CourseInput, rehearseCourse } from './rehearse-course.ts';

parentPort?.on('message', async (input: CourseInput) => {
  parentPort?.postMessage(await rehearseCourse(input));
});
