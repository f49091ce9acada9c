using System.Buffers;
using System.Buffers.Text;

namespace Wiretale.Dissection.Engine;

/// <summary>Floating-point numbers as C's <c>%g</c> writes them.</summary>
public static class FloatText
{
    /// <summary>At most <paramref name="digits"/> significant digits, without trailing zeros, with an exponent when it is below -4 or not below the digits.</summary>
    public static void General(Utf8Text target, double value, int digits)
    {
        if (!double.IsFinite(value))
        {
            target.Append(double.IsNaN(value) ? double.IsNegative(value) ? "-nan" : "nan" : value > 0 ? "inf" : "-inf");
            return;
        }

        // Rounded to the digits wanted, as d.ddde+xx: from that either form can be read off.
        Span<byte> scientific = stackalloc byte[40];
        Utf8Formatter.TryFormat(value, scientific, out int length, new StandardFormat('e', (byte)(digits - 1)));
        var text = scientific[..length];
        int e = text.IndexOf((byte)'e');
        Utf8Parser.TryParse(text[(e + (text[e + 1] == '+' ? 2 : 1))..], out int exponent, out _);
        var mantissa = text[..e];
        if (mantissa[0] == '-')
        {
            target.Append('-');
            mantissa = mantissa[1..];
        }

        Span<byte> significant = stackalloc byte[40];
        int count = 0;
        foreach (byte b in mantissa)
        {
            if (b != '.')
            {
                significant[count++] = b;
            }
        }

        while (count > 1 && significant[count - 1] == '0')
        {
            count--;
        }

        Write(target, significant[..count], exponent, digits);
    }

    static void Write(Utf8Text target, ReadOnlySpan<byte> significant, int exponent, int digits)
    {
        if (exponent < -4 || exponent >= digits)
        {
            Point(target, significant, 1);
            target.Append(exponent < 0 ? "e-"u8 : "e+"u8);
            TimeText.Digits(target, Math.Abs(exponent), 2);
        }
        else if (exponent < 0)
        {
            target.Append("0."u8);
            for (int i = -1; i > exponent; i--)
            {
                target.Append('0');
            }

            target.Append(significant);
        }
        else
        {
            Point(target, significant, exponent + 1);
        }
    }

    static void Point(Utf8Text target, ReadOnlySpan<byte> significant, int whole)
    {
        for (int i = 0; i < whole; i++)
        {
            target.Append(i < significant.Length ? (char)significant[i] : '0');
        }

        if (significant.Length > whole)
        {
            target.Append('.');
            target.Append(significant[whole..]);
        }
    }
}
