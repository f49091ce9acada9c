namespace Wiretale.Dissection.Engine;

/// <summary>Puts a packet's items depth first when a dissector added some to an earlier branch.</summary>
static class ItemOrder
{
    [ThreadStatic]
    static Scratch? scratch;

    /// <summary>Reorders in place; children keep the order in which they were added, but for those in <paramref name="moves"/>.</summary>
    /// <param name="moves">Items that stand right after an earlier sibling.</param>
    public static void Sort(Span<Item> items, List<(int Item, int After)> moves)
    {
        var s = scratch ??= new();
        s.Prepare(items.Length);
        var (firstChild, lastChild, nextSibling) = (s.FirstChild, s.LastChild, s.NextSibling);
        int firstTop = -1, lastTop = -1;
        for (int i = 0; i < items.Length; i++)
        {
            firstChild[i] = lastChild[i] = nextSibling[i] = -1;
            int parent = items[i].Parent;
            ref int first = ref parent < 0 ? ref firstTop : ref firstChild[parent];
            ref int last = ref parent < 0 ? ref lastTop : ref lastChild[parent];
            int after = moves.Count == 0 ? -1 : Sibling(moves, i);
            if (after >= 0 && nextSibling[after] >= 0)
            {
                nextSibling[i] = nextSibling[after];
                nextSibling[after] = i;
                continue;
            }

            if (first < 0)
            {
                first = i;
            }
            else
            {
                nextSibling[last] = i;
            }

            last = i;
        }

        // Parents come before children in any order of adding, so a walk without recursion needs only the parent links.
        var sorted = s.Sorted;
        var place = s.Place;
        int count = 0;
        for (int i = firstTop; i >= 0;)
        {
            place[i] = count;
            ref var item = ref sorted[count++];
            item = items[i];
            item.Parent = item.Parent < 0 ? -1 : place[item.Parent];
            if (firstChild[i] >= 0)
            {
                i = firstChild[i];
                continue;
            }

            while (i >= 0 && nextSibling[i] < 0)
            {
                i = items[i].Parent;
            }

            i = i < 0 ? -1 : nextSibling[i];
        }

        sorted.AsSpan(0, count).CopyTo(items);
    }

    static int Sibling(List<(int Item, int After)> moves, int item)
    {
        foreach (var (moved, after) in moves)
        {
            if (moved == item)
            {
                return after;
            }
        }

        return -1;
    }

    sealed class Scratch
    {
        public int[] FirstChild = [], LastChild = [], NextSibling = [], Place = [];
        public Item[] Sorted = [];

        public void Prepare(int count)
        {
            if (Sorted.Length < count)
            {
                int size = Math.Max(count, 256) * 2;
                FirstChild = new int[size];
                LastChild = new int[size];
                NextSibling = new int[size];
                Place = new int[size];
                Sorted = new Item[size];
            }
        }
    }
}
