export { nearestWord } from '@operations-center/filter';
