using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>The items of a packet as a tree, and what stands under some of them put together by name: what formats need that allow each key once.</summary>
sealed class ItemGroups(Registry registry)
{
    readonly Dictionary<ulong, int> texts = [];
    readonly int textField = registry.Find("text")!.Id;

    /// <summary>By field, the first field of the same name, counted from 1.</summary>
    readonly FieldMap<int> named = new();

    // By key: even ones are fields, odd ones lines of text.
    int[] stamps = [], tails = [];
    int[] firstChild = [], lastChild = [], nextSibling = [], nextInGroup = [], nextGroup = [];
    int stamp;
    int firstTop, lastTop;

    /// <summary>The first item at the margin, as the head of a chain of <see cref="NextInGroup"/>; -1 when there is none.</summary>
    public int FirstTop => firstTop;

    /// <summary>The next item of the same group, or -1.</summary>
    public int NextInGroup(int item) => nextInGroup[item];

    /// <summary>The first item of the next group, by the first item of this one; or -1.</summary>
    public int NextGroup(int head) => nextGroup[head];

    /// <summary>Whether others stand under an item.</summary>
    public bool HasChildren(int item) => firstChild[item] >= 0;

    /// <summary>Whether others stand under any item of a group.</summary>
    public bool AnyHasChildren(int head)
    {
        for (int i = head; i >= 0; i = nextInGroup[i])
        {
            if (firstChild[i] >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a packet.</summary>
    public void Load(ReadOnlySpan<Item> items)
    {
        if (firstChild.Length < items.Length)
        {
            int size = Math.Max(256, items.Length * 2);
            firstChild = new int[size];
            lastChild = new int[size];
            nextSibling = new int[size];
            nextInGroup = new int[size];
            nextGroup = new int[size];
        }

        texts.Clear();
        firstTop = lastTop = -1;
        for (int i = 0; i < items.Length; i++)
        {
            firstChild[i] = lastChild[i] = nextSibling[i] = -1;
            int parent = items[i].Parent;
            ref int first = ref parent < 0 ? ref firstTop : ref firstChild[parent];
            ref int last = ref parent < 0 ? ref lastTop : ref lastChild[parent];
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
    }

    /// <summary>Groups what stands at the margin.</summary>
    /// <returns>The first item of the first group, or -1.</returns>
    public int GroupTop(DissectedBatch batch, int packet, bool byText = false)
    {
        int tail = -1;
        Next();
        return Group(batch, packet, firstTop, -1, ref tail, byText);
    }

    /// <summary>Groups what stands under an item, or under all of its group.</summary>
    /// <returns>The first item of the first group, or -1.</returns>
    public int GroupBelow(DissectedBatch batch, int packet, int head, bool wholeGroup, bool byText = false)
    {
        int groups = -1, tail = -1;
        Next();
        for (int i = head; i >= 0; i = wholeGroup ? nextInGroup[i] : -1)
        {
            groups = Group(batch, packet, firstChild[i], groups, ref tail, byText);
        }

        return groups;
    }

    void Next() => stamp++;

    /// <param name="byText">Whether lines of text are told apart by what they say, and fields only by their names: for keys that are names.</param>
    int Group(DissectedBatch batch, int packet, int chain, int groups, ref int lastGroup, bool byText)
    {
        var items = batch.Items(packet);
        for (int i = chain; i >= 0; i = nextSibling[i])
        {
            nextInGroup[i] = nextGroup[i] = -1;
            int field = items[i].Field;
            int key = !byText ? 2 * field : field == textField && items[i].LabelLength > 0 ? (2 * TextNumber(batch, packet, items[i])) + 1 : 2 * FirstNamed(field);
            if (key >= stamps.Length)
            {
                Array.Resize(ref stamps, 2 * (key + 1));
                Array.Resize(ref tails, stamps.Length);
            }

            if (stamps[key] == stamp)
            {
                nextInGroup[tails[key]] = i;
            }
            else
            {
                stamps[key] = stamp;
                if (groups < 0)
                {
                    groups = i;
                }
                else
                {
                    nextGroup[lastGroup] = i;
                }

                lastGroup = i;
            }

            tails[key] = i;
        }

        return groups;
    }

    int FirstNamed(int field)
    {
        if (named[field] == 0)
        {
            named[field] = registry.Find(registry[field].Name)!.Id + 1;
        }

        return named[field] - 1;
    }

    /// <summary>A number for a line of text, the same for the same text.</summary>
    int TextNumber(DissectedBatch batch, int packet, in Item item)
    {
        var hash = new HashCode();
        hash.AddBytes(batch.Label(packet, item));
        ulong key = ((ulong)(uint)item.LabelLength << 32) | (uint)hash.ToHashCode();
        if (!texts.TryGetValue(key, out int number))
        {
            number = texts.Count;
            texts.Add(key, number);
        }

        return number;
    }
}
