/** `data/random.ts` in Python: the same numbers, so that split, first weights and batches are those of the run. */
import { code } from './pythonText';

export const RANDOM_NUMBERS = code`
  class Random:
      """
      A stream of random numbers for one purpose: xoroshiro128+ (Blackman & Vigna), its state mixed from the seed as
      MurmurHash3 ends, so that neighboring seeds give unrelated streams.
      """

      def __init__(self, seed, purpose, index=0):
          word = 0x9E3779B9
          for number in (seed, purpose, index):
              word = self.mixed((word ^ number) + 0x6D2B79F5)
          words = [self.mixed(word + offset) for offset in (1, 2, 3, 4)]
          self.first, self.second = words[0] << 32 | words[1], words[2] << 32 | words[3]

      @staticmethod
      def mixed(word):
          word &= 0xFFFFFFFF
          word = (word ^ word >> 16) * 0x85EBCA6B & 0xFFFFFFFF
          word = (word ^ word >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
          return word ^ word >> 16

      def bits(self):
          """The next 32 bits."""
          first, second = self.first, self.second
          both = first ^ second
          rotated = (first << 24 | first >> 40) & 0xFFFFFFFFFFFFFFFF
          self.first = rotated ^ both ^ (both << 16 & 0xFFFFFFFFFFFFFFFF)
          self.second = (both << 37 | both >> 27) & 0xFFFFFFFFFFFFFFFF
          return first + second & 0xFFFFFFFF

      def uniform(self):
          """In [0, 1), with 24 random bits."""
          return (self.bits() & 0xFFFFFF) / 2**24

      def integer(self, count):
          """In [0, count), each equally likely: what would make the first ones likelier is drawn again."""
          limit = 2**32 - 2**32 % count
          while True:
              number = self.bits() ^ 0x80000000
              if number < limit:
                  return number % count

      def shuffled(self, count):
          """The numbers below count in random order (Fisher-Yates, from the end)."""
          numbers = list(range(count))
          for last in range(count - 1, 0, -1):
              other = self.integer(last + 1)
              numbers[last], numbers[other] = numbers[other], numbers[last]
          return numbers


  # What numbers are drawn for.
  SPLIT, WEIGHTS, BATCHES = 1, 2, 3
`;
