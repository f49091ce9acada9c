using Wiretale.Lab.Networks;

namespace Wiretale.Lab.Tests.Networks;

/// <summary>A test that needs namespaces, and perhaps programs that are not ours; it is skipped, with the reason, where this machine does not let this user make them.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class NamespaceFactAttribute : FactAttribute
{
    static readonly Lazy<string?> obstacle = new(() =>
    {
        try
        {
            NetworkNamespace.Create().Dispose();
            return null;
        }
        catch (NamespaceException e)
        {
            return e.Message;
        }
    });

    /// <summary>Why this machine does not let this user make namespaces, or null.</summary>
    internal static string? Obstacle => obstacle.Value;

    public NamespaceFactAttribute(params string[] programs) => Skip = Obstacle ?? NeedsFactAttribute.Missing(programs);
}
