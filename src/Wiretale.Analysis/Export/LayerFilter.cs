namespace Wiretale.Analysis.Export;

/// <summary>Which layers JSON, EK and PDML open (<c>-j</c>, <c>-J</c>); the others are only named.</summary>
/// <param name="names">Protocol and field names.</param>
/// <param name="withChildren">Whether all below a named one is open, too (<c>-J</c>).</param>
public sealed class LayerFilter(IEnumerable<string> names, bool withChildren)
{
    readonly HashSet<string> names = new(names, StringComparer.Ordinal);

    /// <summary>Whether everything below an open layer is open.</summary>
    public bool WithChildren { get; } = withChildren;

    /// <summary>Whether an item that has others below it is opened.</summary>
    /// <param name="name">Its filter name.</param>
    /// <param name="isTop">Whether it stands at the margin.</param>
    public bool Opens(string name, bool isTop) => names.Contains(name) || (WithChildren && !isTop);
}
