using Wiretale.Wire;

namespace Wiretale.Analysis.Streams;

/// <summary>One end of a stream.</summary>
/// <param name="Address">Where it is; none while it is not known.</param>
/// <param name="Port">Its port.</param>
public readonly record struct StreamEndpoint(Address Address, uint Port)
{
    /// <summary>As <c>10.0.0.1:80</c> or <c>[2001:db8::1]:80</c>.</summary>
    public override string ToString() => Address.Kind == AddressKind.IPv6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
