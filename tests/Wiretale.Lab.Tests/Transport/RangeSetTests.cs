using Wiretale.Lab.Transport;

namespace Wiretale.Lab.Tests.Transport;

public class RangeSetTests
{
    [Fact]
    public void It_is_what_a_set_of_single_numbers_is()
    {
        var random = new Random(1);
        for (int round = 0; round < 10; round++)
        {
            var ranges = new RangeSet();
            var numbers = new SortedSet<long>();
            for (int i = 0; i < 200; i++)
            {
                int from = random.Next(200), to = from + random.Next(12);
                if (random.Next(3) > 0)
                {
                    ranges.Add(from, to);
                    numbers.UnionWith(Numbers(from, to));
                }
                else
                {
                    ranges.Remove(from, to);
                    numbers.ExceptWith(Numbers(from, to));
                }

                Assert.Equal(numbers, ranges.Ranges.ToArray().SelectMany(r => Numbers(r.From, r.To)));
                int asked = random.Next(220);
                Assert.Equal(numbers.Contains(asked), ranges.Contains(asked));
                Assert.Equal(Enumerable.Range(asked, 300).First(n => !numbers.Contains(n)), ranges.EndFrom(asked));
                long next = ranges.NextFrom(asked);
                Assert.Equal(numbers.Where(n => n >= asked && !numbers.Contains(n - 1)).DefaultIfEmpty(long.MaxValue).First(), next);
            }

            var all = ranges.Ranges.ToArray();
            Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));
        }
    }

    static IEnumerable<long> Numbers(long from, long to)
    {
        for (long n = from; n < to; n++)
        {
            yield return n;
        }
    }
}
