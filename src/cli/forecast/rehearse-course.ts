import type { Course } from '../../core/forecast/course.ts';
import { type RehearsalInput, setUpRehearsal } from '../rehearsal.ts';
import { CourseReader } from './course-reader.ts';

/** What is rehearsed, as plain data that another thread can be given. */
export type CourseInput = Omit<
  RehearsalInput,
  'logs' | 'onEvent' | 'onCall' | 'pause' | 'interrupted' | 'intercept' | 'around'
>;

/** Rehearses to the end, keeping no logs, and answers how it went. */
export async function rehearseCourse(input: CourseInput): Promise<Course> {
  const reader = new CourseReader();
  const rehearsal = await setUpRehearsal({
    ...input,
    onEvent: (event) => {
      reader.told(event);
    },
  });
  await rehearsal.run();
  return reader.read(input.seed, input.startAt);
}
