using System.Security.Cryptography;

namespace Wiretale.Lab.Dns.Resolving;

/// <summary>Random numbers that cannot be guessed from earlier ones, as ids must not be (RFC 5452 section 9.2).</summary>
public sealed class UnguessableRandom : Random
{
    /// <inheritdoc />
    public override int Next() => RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <inheritdoc />
    public override int Next(int maxValue) => maxValue > 1 ? RandomNumberGenerator.GetInt32(maxValue) : 0;

    /// <inheritdoc />
    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    /// <inheritdoc />
    public override double NextDouble() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    /// <inheritdoc />
    public override void NextBytes(byte[] buffer) => RandomNumberGenerator.Fill(buffer);

    /// <inheritdoc />
    public override void NextBytes(Span<byte> buffer) => RandomNumberGenerator.Fill(buffer);
}
