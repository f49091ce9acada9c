namespace Wiretale.Dissection.Filters;

/// <summary>Arithmetic on values. The left operand says whether integers are signed; results that do not fit are none.</summary>
static class Calculator
{
    public static Value Negate(in Value value)
    {
        var result = value;
        switch (value.Kind)
        {
            case ValueKind.Real:
                return Value.Real(-value.AsReal);
            case ValueKind.Time:
                result.Number = (ulong)-(long)value.Number;
                return result;
            default:
                result.Kind = ValueKind.Signed;
                result.Number = value.IsWide ? (ulong)-(long)value.Number : (ulong)(long)-(int)value.Number;
                return result;
        }
    }

    public static bool TryCalculate(Arithmetic operation, in Value a, in Value b, out Value result)
    {
        result = a;
        switch (a.Kind)
        {
            case ValueKind.IPv4:
                result.Number = a.Number & b.Number;
                result.Prefix = 0;
                return true;
            case ValueKind.Time:
                result.Number = operation == Arithmetic.Add ? a.Number + b.Number : a.Number - b.Number;
                return true;
            case ValueKind.Real:
                double real = operation switch
                {
                    Arithmetic.Add => a.AsReal + b.AsReal,
                    Arithmetic.Subtract => a.AsReal - b.AsReal,
                    Arithmetic.Multiply => a.AsReal * b.AsReal,
                    _ => a.AsReal / b.AsReal,
                };
                result = Value.Real(real);
                return double.IsFinite(real);
        }

        bool wide = result.IsWide = a.IsWide || b.IsWide;
        bool signed = a.Kind == ValueKind.Signed;
        Int128 x = signed ? (long)a.Number : a.Number;
        Int128 y = signed ? (long)b.Number : wide ? b.Number : (uint)b.Number;
        if (y == 0 && operation is Arithmetic.Divide or Arithmetic.Remainder)
        {
            return false;
        }

        Int128 z = operation switch
        {
            Arithmetic.Add => x + y,
            Arithmetic.Subtract => x - y,
            Arithmetic.Multiply => x * y,
            Arithmetic.Divide => x / y,
            Arithmetic.Remainder => x % y,
            _ => x & y,
        };

        // A difference below zero is signed, even of unsigned numbers.
        signed |= z < 0;
        Int128 least = !signed ? 0 : wide ? long.MinValue : int.MinValue;
        Int128 most = signed ? (wide ? long.MaxValue : int.MaxValue) : wide ? ulong.MaxValue : uint.MaxValue;
        result.Kind = signed ? ValueKind.Signed : ValueKind.Unsigned;
        if (z < least || z > most)
        {
            return false;
        }

        result.Number = signed ? (ulong)(long)z : (ulong)z;
        return true;
    }
}
